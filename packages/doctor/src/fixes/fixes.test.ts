import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { json } from '../../test/loopback-server.ts'
import { type Changes, letIn, page, plain, startMcpServer } from '../../test/mcp-server.ts'
import { diagnose } from '../diagnose.ts'
import type { Fix } from './fix.ts'

test('where no registration was seen, none is made up: the steps say what is needed', async () => {
  const { code, fix } = await firstCause({
    routes: { '/register': undefined },
    server: (document) => ({ ...document, registration_endpoint: undefined }),
  })

  assert.deepEqual([code, fix?.code], ['no_way_to_register', undefined])
  assert.match(fix?.steps?.join('\n') ?? '', /Turn it on[\s\S]*portcullis serve --upstream[\s\S]*by hand/)
})

test('endpoints that answer at the usual paths stand in the lines for metadata that is missing', async () => {
  const { code, fix, origin } = await firstCause({
    server: () => undefined,
    routes: {
      '/authorize': undefined,
      '/token': undefined,
      '/register': undefined,
      '/oauth/authorize': page(400),
      '/oauth/token': plain(405, { allow: 'POST' }),
      '/oauth/register': plain(405, { allow: 'POST' }),
    },
  })

  const urls = fix?.code?.text.match(/(?<=_endpoint: ')[^']*/g)
  assert.equal(code, 'authorization_server_metadata_missing')
  assert.deepEqual(
    urls,
    ['/oauth/authorize', '/oauth/token', '/oauth/register'].map((path) => `${origin}${path}`),
  )
})

test('an endpoint that was not found is a placeholder, with what belongs there', async () => {
  const { fix } = await firstCause({
    server: () => undefined,
    routes: { '/authorize': undefined, '/token': undefined },
  })

  assert.match(fix?.code?.text ?? '', /YOUR-AUTHORIZE-PATH', \/\/ not found: put here where it sends people to sign in/)
})

test('S256 is not promised without the lines that check it, and they check as RFC 7636 says', async () => {
  const { code, fix } = await firstCause({
    server: (document) => ({ ...document, code_challenge_methods_supported: undefined }),
  })

  const [, check = ''] = fix?.code?.text.match(/const isProved = .* => (.*)/) ?? []
  const isProved = new Function('createHash', 'code_verifier', 'code_challenge', `return ${check}`)
  // RFC 7636, appendix B
  const [verifier, challenge] = [
    'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  ]
  assert.equal(code, 's256_missing')
  assert.match(fix?.title ?? '', /^check code_verifier at the token endpoint/)
  assert.deepEqual([isProved(createHash, verifier, challenge), isProved(createHash, 'other', challenge)], [true, false])
})

test('what the metadata says beside the fault stays in the lines', async () => {
  const { fix, origin } = await firstCause({
    server: (document) => ({
      ...document,
      response_types_supported: undefined,
      token_endpoint_auth_methods_supported: ['client_secret_post', 'none'],
    }),
  })

  assert.match(fix?.code?.text ?? '', new RegExp(`jwks_uri: '${origin}/keys'`))
  assert.match(fix?.code?.text ?? '', /\['none', 'client_secret_post'\]/)
})

test('for a sign-in server of another origin, nothing is printed for the listener of the MCP server', async () => {
  const login = await startMcpServer({
    server: (document) => ({ ...document, code_challenge_methods_supported: undefined }),
  })

  const { code, fix } = await firstCause({
    resource: (document) => ({ ...document, authorization_servers: [login.origin] }),
  })

  assert.deepEqual([code, fix?.code], ['s256_missing', undefined])
  assert.match(fix?.title ?? '', new RegExp(`^at ${new URL(login.origin).host}, not in the MCP server`))
})

test('where the sign-in server of another origin shows its stack, the lines are for that stack and say where', async () => {
  const login = await startMcpServer({
    first: (_request, response) => {
      response.setHeader('x-powered-by', 'Express')
      return false
    },
    server: (document) => ({ ...document, code_challenge_methods_supported: undefined }),
  })

  const { fix } = await firstCause({
    resource: (document) => ({ ...document, authorization_servers: [login.origin] }),
  })

  assert.match(fix?.code?.file ?? '', new RegExp(`^at ${new URL(login.origin).host}: where the Express app`))
})

test('a product that is recognised is named, and where it is switched', async () => {
  const login = await startMcpServer({
    routes: { '/register': undefined, '/realms/r/protocol/openid-connect/auth': page(400) },
    server: (document, origin) => ({
      ...document,
      authorization_endpoint: `${origin}/realms/r/protocol/openid-connect/auth`,
      registration_endpoint: undefined,
    }),
  })

  const { fix } = await firstCause({
    routes: { '/register': undefined },
    resource: (document) => ({ ...document, authorization_servers: [login.origin] }),
  })

  assert.match(fix?.title ?? '', /^at Keycloak, not in the MCP server: let clients register/)
  assert.match(fix?.steps?.[0] ?? '', /Client registration policies/)
})

test('a sign-in server that calls itself otherwise is named in the metadata as it calls itself', async () => {
  const login = await startMcpServer({ server: (document, origin) => ({ ...document, issuer: `${origin}/tenant` }) })

  const { code, fix } = await firstCause({
    resource: (document) => ({ ...document, authorization_servers: [login.origin] }),
  })

  assert.deepEqual([code, fix?.title], ['issuer_mismatch', 'name the sign-in server as it calls itself'])
  assert.match(fix?.code?.text ?? '', new RegExp(`authorization_servers: \\['${login.origin}/tenant'\\]`))
})

test('nobody but the first sign-in server says where its endpoints are', async () => {
  const stranger = await startMcpServer()
  const other = await startMcpServer({
    server: (document) => ({ ...document, issuer: first.origin, token_endpoint: `${stranger.origin}/token` }),
  })
  const first: { origin: string } = await startMcpServer({
    routes: { '/token': undefined },
    resource: (document, origin) => ({ ...document, authorization_servers: [origin, other.origin] }),
    server: (document) => ({ ...document, issuer: undefined, token_endpoint: undefined }),
  })

  const { causes, hidden } = await diagnose(`${first.origin}/mcp`)

  const lines = [...causes, ...hidden].map(({ fix }) => fix?.code?.text ?? '').join('\n')
  assert.match(lines, /token_endpoint/)
  assert.doesNotMatch(lines, new RegExp(stranger.origin))
})

test('a sign-in server that calls itself by another host is not to be named unseen', async () => {
  const { code, fix } = await firstCause({
    server: (document) => ({
      ...document,
      issuer: 'https://login.example',
      authorization_endpoint: 'https://login.example/authorize',
    }),
  })

  assert.equal(code, 'issuer_mismatch')
  assert.match(fix?.code?.text ?? '', /authorization_servers: \['https:\/\/login\.example'\]/)
  assert.match(fix?.why ?? '', /another host than the one you name: write login\.example only if you know it for yours/)
})

test('a redirect to another host is not told as the right URL', async () => {
  const { code, fix } = await firstCause({
    challenge: plain(307, { location: 'http://elsewhere.example/mcp' }),
  })

  assert.equal(code, 'redirected')
  assert.equal(fix?.title, 'use this one, if you know that other host for yours: http://elsewhere.example/mcp')
})

test('where no sign-in server was seen, the metadata has a placeholder for it, and the title says so', async () => {
  const nothing = Object.fromEntries(['/authorize', '/token', '/register', '/keys'].map((path) => [path, undefined]))

  const { code, fix } = await firstCause({ resource: () => undefined, server: () => undefined, routes: nothing })

  assert.equal(code, 'resource_metadata_missing')
  assert.match(fix?.title ?? '', /with your sign-in server in it$/)
  assert.match(fix?.code?.text ?? '', /\['https:\/\/YOUR-SIGN-IN-SERVER'\], \/\/ none was seen: put here/)
})

test('a page in place of the sign-in server’s metadata is mended with that metadata', async () => {
  const { code, fix } = await firstCause({
    routes: { '/.well-known/oauth-authorization-server': page(200), '/.well-known/openid-configuration': page(200) },
  })

  assert.equal(code, 'authorization_server_metadata_not_json')
  assert.match(fix?.code?.text ?? '', /\/\.well-known\/oauth-authorization-server'/)
})

test('a server that believes any token gets the lines that check one', async () => {
  const { code, fix } = await firstCause({
    first: (request, response, origin) => {
      if (request.url !== '/mcp' || request.headers.authorization === undefined) return false
      void letIn(request, response, origin)
      return true
    },
  })

  assert.equal(code, 'bad_token_let_in')
  assert.match(fix?.title ?? '', /^check the signature, issuer, audience and expiry/)
  assert.match(
    fix?.code?.text ?? '',
    /createRemoteJWKSet[\s\S]*jwtVerify\(token, keys, \{ issuer: '.*', audience: '.*' \}\)/,
  )
})

test('a pointer that leads nowhere is not mended by a title that wants 401', async () => {
  const { fix } = await firstCause({ header: (origin) => `Bearer resource_metadata="${origin}/internal"` })

  assert.equal(fix?.title, 'let the challenge point to where the metadata is')
})

test('metadata at the root alone, and a pointer to the path form: the document is what is missing', async () => {
  const { code, fix } = await firstCause({ routes: { '/.well-known/oauth-protected-resource/mcp': undefined } })

  assert.deepEqual([code, fix?.title], ['pointer_leads_nowhere', 'serve the metadata where the challenge points'])
})

test('who takes a guard away that alone refused strangers, lets the MCP endpoint challenge', async () => {
  const { code, fix } = await firstCause({
    first: (request, response) => {
      if (request.headers['x-api-key'] !== undefined) return false
      json(response, 401, { error: 'no key' })
      return true
    },
  })

  assert.equal(code, 'resource_metadata_guarded')
  assert.match(fix?.title ?? '', /^take the guard away/)
  assert.match(fix?.code?.text ?? '', /isPublic[\s\S]*WWW-Authenticate/)
})

test('the paths that a guard must leave alone are those of the metadata, where it can be read', async () => {
  const { fix } = await firstCause({
    routes: { '/sso/register': plain(401), '/sso/token': plain(405, { allow: 'POST' }) },
    server: (document, origin) => ({ ...document, registration_endpoint: `${origin}/sso/register` }),
  })

  assert.match(fix?.code?.text ?? '', /\['\/mcp', '\/authorize', '\/token', '\/sso\/register', '\/keys'\]/)
})

test('a challenge page of Cloudflare at the metadata is a switch there, and no line of code', async () => {
  const { code, fix } = await firstCause({
    first: (request, response) => {
      if (request.url?.startsWith('/.well-known/') !== true) return false
      response.writeHead(403, { 'content-type': 'text/html', 'cf-mitigated': 'challenge' }).end('Just a moment...')
      return true
    },
  })

  assert.deepEqual([code, fix?.code], ['resource_metadata_guarded', undefined])
  assert.equal(fix?.title, 'let MCP clients pass Cloudflare (challenge page)')
})

test('lines for a stack that was not recognised say that they are to be translated', async () => {
  const { fix } = await firstCause({ challenge: plain(401) })

  assert.match(fix?.code?.file ?? '', /these lines are for node:http: translate them/)
})

async function firstCause(
  changes: Changes,
): Promise<{ code: string | undefined; fix: Fix | undefined; origin: string }> {
  const { origin } = await startMcpServer(changes)
  const { causes } = await diagnose(`${origin}/mcp`)
  return { code: causes[0]?.finding.code, fix: causes[0]?.fix, origin }
}
