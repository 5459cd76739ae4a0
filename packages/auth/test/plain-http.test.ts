import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type FetchHandler, nodeListener } from '@portcullis/auth/node'
import { attemptOf, createWorld, issuer, register } from './world.ts'

// The node adapter goes without web types where nobody wrapped `fetch`: whatever is sent, both ways must answer the same.

async function listen(t: TestContext, handler: FetchHandler): Promise<number> {
  const server = createServer(nodeListener(handler, { origin: issuer, requestId: () => 'abcdefghjk' }))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port // a TCP server has no other kind of address
}

interface Answer {
  status: string
  headers: readonly string[]
  body: string
}

/** Sends bytes as they are; what differs from one request to the next is taken out of the answer. */
function exchange(port: number, text: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => resolve(parse(Buffer.concat(chunks).toString())))
    socket.on('error', reject)
  })
}

function parse(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [status = '', ...headers] = head.split('\r\n')
  const body = rest.join('\r\n\r\n').replace(/"(client_id|client_secret)":"[^"]+"/g, '"$1":"…"')
  const named = headers.map(
    (header) => `${header.slice(0, header.indexOf(':')).toLowerCase()}${header.slice(header.indexOf(':'))}`,
  )
  return { status, headers: named.filter((header) => !/^date:/.test(header)).sort(), body }
}

const form = 'Content-Type: application/x-www-form-urlencoded'
const json = 'Content-Type: application/json'
const own = 'Host: auth.example'

const paths = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/jwks',
  '/authorize',
  '/token',
  '/register',
  '/revoke',
  '/userinfo',
  '/par',
  '/device',
  '/device_authorization',
  '/introspect',
  '/revocations',
  '/nothing',
  '/',
]
const methods = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'PROPFIND', 'M-SEARCH']

const odd: [string, string][] = [
  ['two hosts', `GET /jwks HTTP/1.1\r\n${own}\r\nHost: evil.example`],
  ['two hosts that are the same', `GET /jwks HTTP/1.1\r\n${own}\r\n${own}`],
  ['an empty host', 'GET /jwks HTTP/1.1\r\nHost:'],
  ['no host', 'GET /jwks HTTP/1.0'],
  ['no host, for a person', 'GET /jwks HTTP/1.0\r\nAccept: text/html'],
  ['a host with a dot', 'GET /jwks HTTP/1.1\r\nHost: auth.example.'],
  ['a host with its port, in capitals', 'GET /jwks HTTP/1.1\r\nHost: AUTH.example:443'],
  ['a host with user information', 'GET /jwks HTTP/1.1\r\nHost: auth.example@evil.example'],
  ['a host of others, for a person', 'GET /token HTTP/1.1\r\nHost: evil.example\r\nAccept: text/html'],
  ['a page that is not there, for a person', `GET /nothing HTTP/1.1\r\n${own}\r\nAccept: text/html`],
  ['a page at a host of others', 'GET /authorize?client_id=x HTTP/1.1\r\nHost: evil.example'],
  [
    'two authorizations',
    `POST /token HTTP/1.1\r\n${own}\r\n${form}\r\nAuthorization: Basic YTpi\r\nAuthorization: Basic YTpi`,
  ],
  [
    'two authorizations of a reader',
    `GET /revocations HTTP/1.1\r\n${own}\r\nAuthorization: Bearer reader\r\nAuthorization: Bearer x`,
  ],
  ['two tokens for userinfo', `GET /userinfo HTTP/1.1\r\n${own}\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b`],
  ['two content types', `POST /token HTTP/1.1\r\n${own}\r\n${form}\r\nContent-Type: text/plain`],
  ['two content types, the other way', `POST /token HTTP/1.1\r\n${own}\r\nContent-Type: text/plain\r\n${form}`],
  ['a content type with parameters', `POST /token HTTP/1.1\r\n${own}\r\n${form}; charset=utf-8, text/plain`],
  ['no content type', `POST /token HTTP/1.1\r\n${own}`],
  ['two origins', `POST /authorize HTTP/1.1\r\n${own}\r\n${form}\r\nOrigin: ${issuer}\r\nOrigin: https://evil.example`],
  ['an absolute target', `GET https://auth.example/jwks HTTP/1.1\r\n${own}`],
  ['a target of two slashes', `GET //evil.example/jwks HTTP/1.1\r\n${own}`],
  ['a target of a backslash', `GET /\\evil.example/jwks HTTP/1.1\r\n${own}`],
  ['a target with dots', `GET /x/../jwks HTTP/1.1\r\n${own}`],
  ['a target with dots that are encoded', `GET /x/%2e%2e/jwks HTTP/1.1\r\n${own}`],
  ['a target with a fragment', `GET /jwks#x HTTP/1.1\r\n${own}`],
  ['a target with what is no ASCII', `GET /jwks/\xe9\xff HTTP/1.1\r\n${own}`],
  ['a target in other letters', `GET /JWKS HTTP/1.1\r\n${own}`],
  ['a target that ends in a slash', `GET /jwks/ HTTP/1.1\r\n${own}`],
  ['a target with an at sign', `GET /@evil.example HTTP/1.1\r\n${own}`],
  ['a token in the query', `GET /userinfo?access_token=x HTTP/1.1\r\n${own}`],
  ['a header with what is no ASCII', `OPTIONS /token HTTP/1.1\r\n${own}\r\nAccess-Control-Request-Headers: \xe9\xff`],
  [
    'a preflight that asks twice',
    `OPTIONS /token HTTP/1.1\r\n${own}\r\nAccess-Control-Request-Headers: a\r\nAccess-Control-Request-Headers: b`,
  ],
  ['a preflight of nothing', `OPTIONS /token HTTP/1.1\r\n${own}\r\nAccess-Control-Request-Headers:`],
  ['headers of every object', `GET /jwks HTTP/1.1\r\n${own}\r\n__proto__: x\r\nconstructor: x`],
  ['a body that is announced too long', `POST /token HTTP/1.1\r\n${own}\r\n${form}\r\nContent-Length: 99999999`],
  [
    'chunks that are no chunks',
    `POST /token HTTP/1.1\r\n${own}\r\n${form}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
  ],
  ['two lengths', `POST /token HTTP/1.1\r\n${own}\r\n${form}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\na=b`],
  [
    'a length beside chunks',
    `POST /token HTTP/1.1\r\n${own}\r\n${form}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0`,
  ],
]

function withBody(start: string, body: string): string {
  return `${start}\r\nContent-Length: ${Buffer.byteLength(body, 'latin1')}\r\nConnection: close\r\n\r\n${body}`
}

function requestsFor(clientId: string, query: string): [string, string][] {
  const post = (path: string, type: string, body: string): [string, string] => [
    `POST ${path} of ${body.slice(0, 40)}`,
    withBody(`POST ${path} HTTP/1.1\r\n${own}\r\n${type}`, body),
  ]
  return [
    ...paths.flatMap((path) =>
      methods.map((method): [string, string] => [
        `${method} ${path}`,
        `${method} ${path} HTTP/1.1\r\n${own}\r\nConnection: close\r\n\r\n`,
      ]),
    ),
    ...odd.map(([why, text]): [string, string] => [
      why,
      text.includes('\r\n\r\n') ? text : `${text}\r\nConnection: close\r\n\r\n`,
    ]),
    post(
      '/register',
      json,
      '{"redirect_uris":["https://client.example/cb"],"token_endpoint_auth_method":"client_secret_post"}',
    ),
    post('/register', json, '{'),
    post('/register', json, `"${'x'.repeat(9000)}"`),
    post('/token', form, 'grant_type=authorization_code&code=x'),
    post('/token', form, `grant_type=refresh_token&refresh_token=x&client_id=${clientId}`),
    post('/token', form, `grant_type=\xff\xfe&client_id=${clientId}`),
    post('/token', form, `a=${'x'.repeat(70_000)}`),
    post('/token', form, 'a=b&a=c'),
    post('/revoke', form, `token=x&client_id=${clientId}`),
    post('/par', form, query),
    post('/device_authorization', form, `client_id=${clientId}`),
    post('/introspect', form, 'token=x'),
    post('/authorize', form, query),
    post('/authorize', form, `${query}&decision=allow&consent=x`),
    ['the consent page', `GET /authorize?${query} HTTP/1.1\r\n${own}\r\nConnection: close\r\n\r\n`],
    ['the feed', `GET /revocations HTTP/1.1\r\n${own}\r\nAuthorization: Bearer ${reader}\r\nConnection: close\r\n\r\n`],
  ]
}

const reader = 'r'.repeat(40)

test('law 1: over node:http every request has the answer that fetch gives, header by header', async (t) => {
  const world = createWorld({
    as: {
      pushedRequests: {},
      deviceAuthorization: {},
      revocationReaders: [reader],
      introspectionReaders: [{ resource: 'https://mcp.example/notes/mcp', secret: 'i'.repeat(40) }],
      registrationLimit: 1000,
    },
  })
  const client = await register(world)
  const query = String(new URLSearchParams(attemptOf(client).parameters))
  const plain = await listen(t, world.as)
  const web = await listen(t, { fetch: (request, info) => world.as.fetch(request, info) })

  const differing = []
  for (const [why, text] of requestsFor(client.clientId, query)) {
    const answers = [await exchange(plain, text), await exchange(web, text)]
    const [first, second] = answers.map((answer) => JSON.stringify(withoutSeals(answer)))
    if (first !== second) differing.push({ why, answers })
  }

  assert.deepEqual(differing, [])
})

/** What is made anew for each: the nonce of a page, the seal of a form, a pushed request, a device's codes. */
function withoutSeals(answer: Answer): Answer {
  const names = 'request_uri|device_code|user_code|verification_uri_complete'
  const { body, ...rest }: Answer = JSON.parse(JSON.stringify(answer).replace(/(nonce-|nonce=\\")[\w-]{22}/g, '$1…'))
  return {
    ...rest,
    body: body
      .replace(new RegExp(`"(${names})":"[^"]+"`, 'g'), '"$1":"…"')
      .replace(/name="consent" value="[^"]*"/g, 'name="consent"'),
  }
}
