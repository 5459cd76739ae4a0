import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { bodyOf, openScene, rawConnection } from '../../test/gateway-scene.ts'
import { identityHeaders } from './identity-headers.ts'
import { forwardedHeaders, upstreamHeaders } from './request-headers.ts'

const none = { upstreamId: undefined }

test('RS-13 P-07 credentials, identity and what belongs to the connection stay here', () => {
  const names = [
    'Authorization',
    'AUTHORIZATION',
    'Cookie',
    'DPoP',
    'Proxy',
    'Proxy-Authorization',
    'Proxy-Connection',
    'Keep-Alive',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'HTTP2-Settings',
    'Expect',
    'Host',
    'Content-Length',
    'Accept-Encoding',
    'Origin',
    'Forwarded',
    'X-Portcullis-Subject',
    'x-portcullis-client',
    'X-Portcullis-Anything',
    'X-Forwarded-For',
    'X-Forwarded-Host',
    'X-Forwarded-Proto',
    'X-Forwarded-User',
    'X-Forwarded-Email',
    'X-Forwarded-Groups',
    'X-Forwarded-Preferred-Username',
    'X-Forwarded-Access-Token',
    'X-Forwarded-Client-Cert',
    'X-Real-IP',
    'True-Client-IP',
    'Remote-User',
    'Remote-Groups',
    'X-Remote-User',
    'X-User',
    'X-User-Id',
    'X-Username',
    'X-Userinfo',
    'X-Auth-Request-User',
    'X-Auth-Request-Access-Token',
    'X-WEBAUTH-USER',
    'X-Goog-Authenticated-User-Email',
    'X-Goog-IAP-JWT-Assertion',
    'X-Amzn-Oidc-Data',
    'X-Amzn-Oidc-Identity',
    'X-Ms-Client-Principal',
    'Cf-Access-Jwt-Assertion',
    'Cf-Access-Authenticated-User-Email',
    'Cf-Connecting-Ip',
    'Tailscale-User-Login',
    'Ssl-Client-Verify',
    'Client-Cert',
    'OIDC-CLAIM-sub',
    'X-Consumer-Username',
    'X-Authentik-Username',
    'X-Pomerium-Jwt-Assertion',
    'X-Original-URL',
    'X-Rewrite-Url',
    'X-HTTP-Method-Override',
    'X-Middleware-Subrequest',
    'X-Accel-Redirect',
    'Client-IP',
    'Fastly-Client-IP',
    'IV-User',
    'SM-User',
    'SM_USER',
    'Shib-Identity-Provider',
    'WL-Proxy-Client-IP',
    'X-Appengine-User-Email',
    'X-Azure-ClientIP',
    'X-Host',
    'X-Role',
    'Ngrok-Auth-User-Email',
    'Teleport-Jwt-Assertion',
    'Impersonate-User',
    'Impersonate-Extra-Scopes',
    'X-Hasura-Role',
    'X-Warpgate-Username',
    'X-Ory-Subject',
    'X-Auth',
    'X-Authorization',
    'Authentication',
    'X-Serverless-Authorization',
    'X-Forward-For',
    'Z-Forwarded-For',
    'X-Proxyuser-Ip',
    'X-Url-Scheme',
    'X-Scheme',
    'Front-End-Https',
    'X-Scope',
    'X-Scopes',
    'X-Scope-OrgID',
    'X-Permissions',
    'X-Admin',
    'X-Sub',
    'X-Login',
    'X-Identity',
    'X-Tenant-Id',
    'X-Groups',
    'X-JWT',
    'Sudo',
    'Es-Security-Runas-User',
    // Read as the ones above by CGI, WSGI, Rack and PHP
    'X_Portcullis_Subject',
    'X-Portcullis_Subject',
    'X.Portcullis.Subject',
    'Mcp_Session_Id',
    'Remote_User',
    'AUTHORIZATION_',
  ]

  for (const name of names) assert.deepEqual(sent([name, 'x']), {}, name)
})

test('P-15 what MCP and the server need goes on untouched', () => {
  const headers = {
    Accept: 'application/json, text/event-stream',
    'Content-Type': 'application/json',
    'MCP-Protocol-Version': '2026-07-28',
    'Mcp-Method': 'tools/call',
    'Mcp-Name': '=?base64?ZMO8?=',
    'Mcp-Param-Region': 'eu',
    'Mcp-Param-tenant_id': '7',
    'Mcp-Unknown': 'x',
    'User-Agent': 'client/1',
    'X-Api-Key': 'of the server',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }

  assert.deepEqual(sent(Object.entries(headers).flat()), headers)
})

test('law 7: where the rule is strict, only what MCP, content and tracing need goes on', () => {
  const needed = {
    Accept: 'application/json',
    'Content-Type': 'application/json',
    'Mcp-Protocol-Version': '2026-07-28',
    'Mcp-Param-tenant_id': '7',
    'User-Agent': 'client/1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }
  const others = {
    'X-Api-Key': '1',
    'X-What-Is-Yet-To-Be-Invented': 'admin',
    baggage: 'user=1',
    'X-Portcullis-Name': 'x',
  }
  const raw = Object.entries({ ...needed, ...others, Connection: 'traceparent' }).flat()

  const {
    'Accept-Encoding': _,
    traceparent,
    ...passed
  } = pairs(upstreamHeaders({ rawHeaders: raw }, none, [], 'strict'))

  const { traceparent: __, ...expected } = needed
  assert.equal(traceparent, undefined)
  assert.deepEqual(passed, expected)
})

test('headers that Connection names belong to the connection', () => {
  assert.deepEqual(sent(['X-One', '1', 'Connection', 'keep-alive, X-One', 'X-Two', '2', 'connection', 'x-two']), {})
})

test('P-10 Last-Event-ID goes on within a session alone, with the session id of the upstream', () => {
  const raw = ['Last-Event-ID', '7', 'Mcp-Session-Id', 'presented']

  assert.deepEqual(sent(raw), {})
  assert.deepEqual(sent(raw, 'upstream-id'), { 'Last-Event-ID': '7', 'Mcp-Session-Id': 'upstream-id' })
})

test('no value of a token ends its header or begins another, and every value can be read back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (subject) => {
      const [, value = ''] = identityHeaders({ ...accessToken, subject })

      assert.match(value, /^[\x21-\x7E]*$/)
      assert.equal(decodeURIComponent(value), subject.toWellFormed())
    }),
  )
})

test('the upstream is told who calls: subject, client, scope and issuer', () => {
  assert.deepEqual(
    pairs(identityHeaders({ ...accessToken, subject: 'zoë@example.com', scope: new Set(['a', 'b%"']) })),
    {
      'X-Portcullis-Subject': 'zo%C3%AB@example.com',
      'X-Portcullis-Client': 'https://client.example/%25',
      'X-Portcullis-Scope': 'a b%25"',
      'X-Portcullis-Issuer': 'https://login.example',
    },
  )
  assert.deepEqual(Object.keys(pairs(identityHeaders({ ...accessToken, clientId: undefined }))), [
    'X-Portcullis-Subject',
    'X-Portcullis-Scope',
    'X-Portcullis-Issuer',
  ])
})

test('where the request came in is the public URL, never what a client claims', () => {
  assert.deepEqual(pairs(forwardedHeaders(new URL('https://mcp.example:8443/mcp'), '::ffff:192.0.2.1')), {
    'X-Forwarded-Proto': 'https',
    'X-Forwarded-Host': 'mcp.example:8443',
    'X-Forwarded-For': '192.0.2.1',
  })
})

test('RS-13 P-07 P-08 on the wire too the upstream gets our identity headers once each, and nothing of the access token', async (t) => {
  let seen: string[] = []
  const scene = await openScene(t, {
    upstream: async (req, res) => {
      await bodyOf(req)
      seen = req.rawHeaders
      res.end()
    },
  })
  const token = scene.token()
  const { socket, received } = rawConnection(t, scene.port)

  socket.write(
    [
      'POST /mcp HTTP/1.1',
      `Host: 127.0.0.1:${scene.port}`,
      `Authorization: Bearer ${token}`,
      'Cookie: a=1',
      'X-Portcullis-Subject: mallory',
      'X_Portcullis_Subject: mallory',
      'x-portcullis-scope: admin',
      'X-Forwarded-For: 10.0.0.1',
      'Forwarded: for=10.0.0.1',
      'Connection: close, X-Portcullis-Issuer, X-Odd',
      'X-Odd: 1',
      'Content-Length: 2',
      '',
      '{}',
    ].join('\r\n'),
  )
  await received

  const values = new Map<string, string[]>()
  for (let index = 0; index < seen.length; index += 2) {
    const name = (seen[index] ?? '').toLowerCase().replaceAll('_', '-')
    values.set(name, [...(values.get(name) ?? []), seen[index + 1] ?? ''])
  }
  assert.deepEqual(Object.fromEntries(values), {
    host: [`127.0.0.1:${(scene.upstream.address() as { port: number }).port}`],
    connection: ['keep-alive'],
    'content-length': ['2'],
    'accept-encoding': ['identity'],
    'x-portcullis-subject': ['alice'],
    'x-portcullis-client': ['client-1'],
    'x-portcullis-scope': ['mcp'],
    'x-portcullis-issuer': ['https://login.example'],
    'x-forwarded-proto': ['http'],
    'x-forwarded-host': [`127.0.0.1:${scene.port}`],
    'x-forwarded-for': ['127.0.0.1'],
  })
})

const accessToken = {
  issuer: 'https://login.example',
  subject: 'alice',
  clientId: 'https://client.example/%',
  scope: new Set<string>(),
  resource: 'https://mcp.example/mcp',
  expiresAt: 0,
  grantId: undefined,
  claims: {},
  extraClaims: {},
  roles: new Set<string>(),
  groups: new Set<string>(),
}

function sent(rawHeaders: string[], upstreamId?: string): Record<string, string> {
  const { 'Accept-Encoding': identity, ...others } = pairs(upstreamHeaders({ rawHeaders }, { ...none, upstreamId }, []))
  assert.equal(identity, 'identity')
  return others
}

function pairs(flat: readonly string[]): Record<string, string> {
  const entries: [string, string][] = []
  for (let index = 0; index < flat.length; index += 2) entries.push([flat[index] ?? '', flat[index + 1] ?? ''])
  return Object.fromEntries(entries)
}
