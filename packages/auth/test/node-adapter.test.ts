import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { nodeListener, protect } from '@portcullis/auth/node'
import { createWorld, issuer, signedInClient } from './world.ts'

async function listen(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port // a TCP server has no other kind of address
}

/** Sends bytes as they are, and returns all that comes back. */
function exchangeRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
}

const head = 'Host: mcp.example\r\nConnection: close\r\n'

test('RS-05 RS-06 a protected listener challenges, serves metadata, and lets a token in', async (t) => {
  const { rs, ...world } = createWorld()
  const { accessToken } = await signedInClient({ rs, ...world })
  const port = await listen(
    t,
    protect(rs, (_, res, token) => res.end(`hello ${token.subject}`)),
  )

  const challenged = await exchangeRaw(port, `POST /notes/mcp HTTP/1.1\r\n${head}Content-Length: 0\r\n\r\n`)
  const metadata = await exchangeRaw(
    port,
    `GET /.well-known/oauth-protected-resource/notes/mcp HTTP/1.1\r\n${head}\r\n`,
  )
  const letIn = await exchangeRaw(
    port,
    `GET /notes/mcp HTTP/1.1\r\n${head}Authorization: Bearer ${accessToken}\r\n\r\n`,
  )

  assert.match(challenged, /^HTTP\/1\.1 401 /)
  assert.match(challenged, /www-authenticate: Bearer resource_metadata="https:\/\/mcp\.example\//)
  assert.match(metadata, /"resource":"https:\/\/mcp\.example\/notes\/mcp"/)
  assert.match(letIn, /hello alice/)
})

test('RS-16 two Authorization headers are a malformed request, though node keeps the first alone', async (t) => {
  const { rs, ...world } = createWorld()
  const { accessToken } = await signedInClient({ rs, ...world })
  const port = await listen(
    t,
    protect(rs, (_, res) => res.end('let in')),
  )

  const answer = await exchangeRaw(
    port,
    `GET /notes/mcp HTTP/1.1\r\n${head}Authorization: Bearer ${accessToken}\r\nAuthorization: Bearer other\r\n\r\n`,
  )

  assert.match(answer, /^HTTP\/1\.1 400 /)
  assert.match(answer, /error="invalid_request"/)
})

test('law 1: the authorization server behind node:http answers at its own host alone, whatever the request target says', async (t) => {
  const { as } = createWorld()
  const port = await listen(t, nodeListener(as, { origin: issuer }))
  const path = '/.well-known/oauth-authorization-server'

  const own = await exchangeRaw(port, `GET ${path} HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n`)
  const foreign = await exchangeRaw(port, `GET ${path} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
  const absolute = await exchangeRaw(
    port,
    `GET http://evil.example${path} HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n`,
  )

  assert.match(own, /^HTTP\/1\.1 200 /)
  assert.match(foreign, /^HTTP\/1\.1 403 /)
  assert.match(absolute, /^HTTP\/1\.1 400 /)
})

test('a body reaches the authorization server through node:http, and its limits count by the peer', async (t) => {
  const { as, events } = createWorld({ as: { registrationLimit: 1 } })
  const port = await listen(t, nodeListener(as, { origin: issuer }))
  const body = '{"redirect_uris":["https://client.example/cb"],"token_endpoint_auth_method":"none"}'
  const request = `POST /register HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`

  const first = await exchangeRaw(port, request)
  const second = await exchangeRaw(port, request)

  assert.match(first, /^HTTP\/1\.1 201 /)
  assert.match(second, /^HTTP\/1\.1 429 /)
  assert.ok(events.some(({ type }) => type === 'client_registered'))
})

test('a method that web requests do not know is answered 400, and the server goes on', async (t) => {
  const { as } = createWorld()
  const port = await listen(t, nodeListener(as, { origin: issuer }))

  const trace = await exchangeRaw(port, 'TRACE /token HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n')
  const next = await exchangeRaw(port, 'GET /jwks HTTP/1.1\r\nHost: auth.example\r\nConnection: close\r\n\r\n')

  assert.match(trace, /^HTTP\/1\.1 400 /)
  assert.match(next, /^HTTP\/1\.1 200 /)
})
