import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { diagnose, reportOf } from '@portcullis/doctor'
import { unstable_doesMiddlewareMatch as doesProxySee } from 'next/experimental/testing/server.js'
import { startApplication } from './application.ts'
import { call, registerClient, said, tokensFor } from './client.ts'
import { startInFront } from './in-front.ts'

/** Each cause under "Common Issues & Solutions" of the document, and what says so today: the table is in README.md. */

type Intercept = (request: IncomingMessage, response: ServerResponse) => boolean

/** The doctor's words for what it finds, with something between clients and the application. */
async function examined(t: TestContext, options: Parameters<typeof startApplication>[0], intercept?: Intercept) {
  const front = await startInFront(intercept ?? (() => false))
  const application = await startApplication({ ...options, front })
  t.after(() => application.stop())
  return { application, examine: async () => reportOf(await diagnose(application.mcp)) }
}

const isMetadata = ({ url = '' }: IncomingMessage) => url.startsWith('/.well-known/oauth-protected-resource')

test('the application as it stands has none of them: the doctor finds nothing that stops a client, and the start says nothing', async (t) => {
  const { application, examine } = await examined(t, {})
  const atTheStart = application.log()
  const { exitCode, causes, counts } = await examine()

  assert.deepEqual({ exitCode, causes, stops: counts.stops }, { exitCode: 0, causes: [], stops: 0 })
  assert.doesNotMatch(atTheStart, /mcp: /)
})

test('“does not implement OAuth”: the metadata cannot be had, which the doctor tells, with the places where it looked', async (t) => {
  for (const status of [404, 500]) {
    const { examine } = await examined(t, {}, (request, response) => {
      if (!isMetadata(request)) return false
      response.writeHead(status).end()
      return true
    })
    const { causes } = await examine()

    const [cause] = causes
    assert.match(`${cause?.code}`, /^(resource_metadata_missing|pointer_leads_nowhere)$/, String(status))
    assert.ok((cause?.stops.length ?? 0) > 0)
  }
})

test('“does not implement OAuth”: the middleware stands in the way, which the doctor tells, and what to let through', async (t) => {
  // What `clerkMiddleware` with `auth.protect()` over everything answers to who has no session, as seen with @clerk/nextjs 7.9.17.
  const { examine } = await examined(t, {}, ({ url = '' }, response) => {
    response.setHeader('x-clerk-auth-reason', 'dev-browser-missing')
    response.setHeader('x-clerk-auth-status', 'signed-out')
    response.writeHead(307, { location: `/sign-in?redirect_url=${encodeURIComponent(url)}` }).end()
    return true
  })
  const { causes } = await examine()

  assert.equal(causes[0]?.code, 'login_page_instead_of_challenge')
  assert.match(causes[0]?.fix?.title ?? '', /let everybody through to \/\.well-known\/ and to the MCP endpoint/)
})

test('“does not implement OAuth”: the middleware of this application sees pages, and nothing that is for MCP clients', async () => {
  const { config } = await import('./proxy-config.ts')
  const sees = (path: string) => doesProxySee({ config, url: path })

  for (const path of ['/', '/books', '/mcp-and-you', '/api/books']) assert.ok(sees(path), path)
  for (const path of [
    '/mcp',
    '/mcp/',
    '/mcp/.well-known/openid-configuration',
    '/.well-known/oauth-protected-resource/mcp',
  ])
    assert.ok(!sees(path), path)
})

test('“Error fetching OAuth configuration”: while Clerk cannot be reached, the start says so, its document is 503 and not half a one, and the doctor names it', async (t) => {
  const { application, examine } = await examined(t, { switches: { isDown: true } })
  const { origin, clerk } = application
  const shown = await fetch(`${origin}/.well-known/oauth-authorization-server`)
  const { causes } = await examine()
  clerk.switches.isDown = false

  await application.says(/mcp: error metadata_unreachable: No metadata of http:\/\/127\.0\.0\.1:\d+ can be had .*503/)
  assert.equal(shown.status, 503)
  assert.ok(Number(shown.headers.get('retry-after')) > 0)
  await application.says(/Clerk's metadata cannot be shown/)
  assert.match(`${causes[0]?.code}`, /^authorization_server_/)
})

test('“Error fetching OAuth configuration”: a publishable key that is none stops the start, and says where to copy it from', async () => {
  for (const key of ['', 'pk_test_…', 'pk_test_bm90IGEga2V5', 'happy-cat-1.clerk.accounts.dev'])
    await assert.rejects(
      startApplication({ env: { NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: key } }).then((application) => application.stop()),
      /NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY|copy it from the dashboard/,
      key,
    )
})

test('“Error fetching OAuth configuration”: the key of an instance that is not there is told at the start', async (t) => {
  const key = `pk_test_${Buffer.from('127.0.0.1:9$').toString('base64')}`
  const application = await startApplication({ env: { NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: key } })
  t.after(() => application.stop())

  await application.says(/mcp: error metadata_unreachable: No metadata of http:\/\/127\.0\.0\.1:9 can be had/)
})

test('“Error fetching OAuth configuration”: where a field is missing, the start says which clients that stops and what to switch on, and the doctor the same', async (t) => {
  const { application, examine } = await examined(t, { switches: { dynamicClientRegistration: false } })
  const { causes } = await examine()

  await application.says(/mcp: error no_registration: .* neither registers clients nor takes client metadata documents/)
  await application.says(/In Clerk: Configure → OAuth applications → Settings: switch on dynamic client registration/)
  assert.equal(causes[0]?.code, 'no_way_to_register')
})

test('“Error fetching OAuth configuration”: each other field that clients need is told at the start where it is missing', async (t) => {
  const application = await startApplication({
    switches: { metadataWithout: ['code_challenge_methods_supported', 'jwks_uri'] },
  })
  t.after(() => application.stop())

  await application.says(/mcp: error no_s256: .* do not offer S256/)
  await application.says(/mcp: error keys_unreachable: .* its metadata name none/)
})

test('“Token validation failed”: a token for nobody in particular is refused, and the log says what to add in Clerk', async (t) => {
  const application = await startApplication({ switches: { mcpServers: [] } })
  t.after(() => application.stop())
  const { access_token } = await tokensFor(application)
  const answer = await call(application.mcp, access_token, 'whoami')

  assert.equal(answer.status, 401)
  assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  await application.says(/a token was refused, wrong_audience: .*Agents → MCP servers → Add MCP server/)
})

test('“Token validation failed”: a token for another MCP server of the same instance is refused', async (t) => {
  const other = 'https://other.example.com/mcp'
  const application = await startApplication({ switches: { mcpServers: [other] } })
  t.after(() => application.stop())
  const client = await registerClient(application)
  const { access_token } = await client.redeem(await client.askFor('profile email', { resource: other }))

  assert.equal((await call(application.mcp, access_token, 'whoami')).status, 401)
  await application.says(/wrong_audience: the audience is .*other\.example\.com/)
})

test('“Token validation failed”: an expired token, a forged one and an opaque one are refused, each with its reason in the log, and none of them in it', async (t) => {
  const application = await startApplication()
  t.after(() => application.stop())
  const { clerk, mcp } = application
  clerk.switches.tokensAreOld = 25 * 3600
  const expired = await tokensFor(application)
  clerk.switches.tokensAreOld = 0
  const good = await tokensFor(application)
  const forged = good.access_token.replace(/\.[^.]*$/, `.${'A'.repeat(342)}`)
  clerk.switches.accessTokensAsJwts = false
  const opaque = await tokensFor(application)

  for (const [token, reason] of [
    [expired.access_token, 'expired'],
    [forged, 'bad_signature'],
    [opaque.access_token, 'malformed_token'],
  ] as const) {
    const answer = await call(mcp, token, 'whoami')
    assert.equal(answer.status, 401, reason)
    assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/, reason)
    await application.says(new RegExp(`a token was refused, ${reason}`))
    assert.ok(!application.log().includes(token), reason)
  }
  assert.match(await said(await call(mcp, good.access_token, 'whoami')), /Ada/)
})
