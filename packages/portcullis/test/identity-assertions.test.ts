import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { callWith, claimsOf, identityAssertion, postForm, signingPair } from './machine-caller.ts'
import { Person, startProgram, startUpstream } from './running-program.ts'

const pair = signingPair('acme-1')
const issuer = 'https://acme.okta.example'
const secret = 'desk-secret'.padEnd(40, '0')
const otherSecret = 'other-secret'.padEnd(40, '0')

test('ID-JAG: an identity provider that the configuration trusts decides for its people, who see no page', async (t) => {
  const { program, mcp, bring, assertion, seen } = await withIssuer(t, 'people: { 00u1ada: ada }')
  await new Person(program.origin).becomeOwner(program)
  const metadata = await (await fetch(`${program.origin}/.well-known/oauth-authorization-server`)).json()

  const { status, body } = await bring(assertion({ sub: '00u1ada' }))
  const again = await bring(assertion({ sub: '00u1ada' }))
  const called = await callWith(body.access_token, mcp)

  assert.equal(status, 200, JSON.stringify(body))
  assert.equal(body.refresh_token, undefined)
  assert.equal(again.status, 200)
  assert.equal(called, 200)
  assert.deepEqual(seen, [claimsOf(body.access_token).sub])
  assert.ok(metadata.grant_types_supported.includes('urn:ietf:params:oauth:grant-type:jwt-bearer'))
  assert.deepEqual(metadata.authorization_grant_profiles_supported, ['urn:ietf:params:oauth:grant-profile:id-jag'])
  assert.match((await program.command('grants', 'list', '--user', 'ada')).stdout, /desk/)
})

test('ID-JAG: whom the configuration does not name is nobody here, whatever the assertion says of them', async (t) => {
  const { program, bring, assertion } = await withIssuer(t, 'people: { 00u1ada: ada, 00u2bob: bob }')
  await new Person(program.origin).becomeOwner(program)

  const stranger = await bring(assertion({ sub: '00u9eve', email: 'ada', preferred_username: 'ada' }))
  const withoutAccount = await bring(assertion({ sub: '00u2bob' }))
  const ofTenant = await bring(assertion({ sub: '00u1ada', tenant: 'other' }))
  const inherited = await bring(assertion({ sub: 'constructor' }))

  for (const { body } of [stranger, withoutAccount, ofTenant, inherited]) assert.equal(body.error, 'invalid_grant')
})

test('ID-JAG: a claim names the user where the configuration says which, never an address that is not verified', async (t) => {
  const { program, bring, assertion } = await withIssuer(t, 'userNameClaim: email, tenant: acme')
  await new Person(program.origin).becomeOwner(program, { userName: 'ada@acme.example' })
  const ada = { sub: '00u1ada', email: 'ada@acme.example', tenant: 'acme' }

  const taken = await bring(assertion(ada))
  const verified = await bring(assertion({ ...ada, email_verified: 'true' }))
  const unverified = await bring(assertion({ ...ada, email_verified: false }))
  const inText = await bring(assertion({ ...ada, email_verified: 'false' }))
  const otherTenant = await bring(assertion({ ...ada, tenant: 'other' }))
  const noTenant = await bring(assertion({ ...ada, tenant: undefined }))

  assert.equal(taken.status, 200, JSON.stringify(taken.body))
  assert.equal(verified.status, 200, JSON.stringify(verified.body))
  for (const { body } of [unverified, inText, otherTenant, noTenant]) assert.equal(body.error, 'invalid_grant')
})

test('ID-JAG: a claim that only looks like the name of a user, or becomes it where letters are made small, names nobody', async (t) => {
  const { program, bring, assertion } = await withIssuer(t, 'userNameClaim: upn')
  await new Person(program.origin).becomeOwner(program, { userName: 'kate' })

  const itself = await bring(assertion({ sub: 'a', upn: 'Kate' }))
  const alike = ['\u212Aate', '\uFF4Bate', ' kate', 'kate\u00A0', 'kate\n', 'k\u200Bate', '', ['kate'], { kate: 1 }]
  const others = await Promise.all(alike.map((upn) => bring(assertion({ sub: 'b', upn }))))

  assert.equal(itself.status, 200, JSON.stringify(itself.body))
  assert.deepEqual(
    others.map(({ body }) => body.error),
    alike.map(() => 'invalid_grant'),
  )
})

test('ID-JAG: a user who is disabled is let in by no assertion, and is let go of at once', async (t) => {
  const { program, mcp, bring, assertion } = await withIssuer(t, 'people: { 00u1ada: ada }')
  await new Person(program.origin).becomeOwner(program, { userName: 'eve' })
  const invited = new URL((await program.command('users', 'invite')).stdout.trim())
  const [ada, password] = [new Person(program.origin), 'correct horse battery']
  const fields = { user_name: 'ada', password, again: password }
  await ada.submit(await ada.open(invited.pathname + invited.search), fields)
  const { body } = await bring(assertion({ sub: '00u1ada' }))
  assert.equal(await callWith(body.access_token, mcp), 200)

  await program.command('users', 'disable', 'ada')
  const again = await bring(assertion({ sub: '00u1ada' }))

  assert.equal(again.body.error, 'invalid_grant')
})

test('ID-JAG: an assertion of nobody trusted, of a key that is not theirs, or by a client that is not named is not taken', async (t) => {
  const { program, bring, assertion } = await withIssuer(t, 'people: { 00u1ada: ada }')
  await new Person(program.origin).becomeOwner(program)

  const ofAnother = await bring(assertion({ sub: '00u1ada', iss: 'https://evil.example' }))
  const forged = await bring(assertion({ sub: '00u1ada' }, signingPair('acme-1')))
  const byAnother = await bring(assertion({ sub: '00u1ada', client_id: 'other' }), {
    client: 'other',
    secret: otherSecret,
  })

  for (const { body } of [ofAnother, forged, byAnother]) assert.equal(body.error, 'invalid_grant')
})

test('law 8: keys at a URL are fetched as guardedly as client documents', async (t) => {
  const host = await startUpstream(t, (_, res) => res.end(JSON.stringify(pair.jwks)))
  const at = (allowed: string) =>
    withIssuer(t, 'people: { 00u1ada: ada }', {
      keys: `keysUrl: "${host}/keys"`,
      more: `clientDocuments: { dangerouslyAllowLoopback: [${allowed}] }`,
    })
  const allowed = await at(`"${new URL(host).host}"`)
  const guarded = await at('')
  await new Person(allowed.program.origin).becomeOwner(allowed.program)

  const taken = await allowed.bring(allowed.assertion({ sub: '00u1ada' }))
  const refused = await guarded.bring(guarded.assertion({ sub: '00u1ada' }))

  assert.equal(taken.status, 200, JSON.stringify(taken.body))
  assert.equal(refused.body.error, 'temporarily_unavailable')
})

/** The program, which trusts an identity provider, and a client `desk` that comes with its assertions. */
async function withIssuer(t: TestContext, people: string, { keys = '', more = '' } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'portcullis-issuer-'))
  t.after(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'keys.json'), JSON.stringify(pair.jwks))
  const seen: unknown[] = []
  const upstream = await startUpstream(t, (req, res) => {
    seen.push(req.headers['x-portcullis-subject'])
    res.setHeader('content-type', 'application/json')
    res.end('{"jsonrpc":"2.0","id":1,"result":{}}')
  })
  const where = keys === '' ? `keysFile: "${join(folder, 'keys.json')}"` : keys
  const program = await startProgram(t, {
    argv: ['--upstream', `${upstream}/mcp`],
    environment: { DESK_SECRET: secret, OTHER_SECRET: otherSecret },
    settings: `
clients: { desk: { secretVariable: DESK_SECRET, grantTypes: ["urn:ietf:params:oauth:grant-type:jwt-bearer"] }, other: { secretVariable: OTHER_SECRET, grantTypes: [client_credentials, "urn:ietf:params:oauth:grant-type:jwt-bearer"] } }
identityAssertionIssuers: { "${issuer}": { clients: [desk], ${where}, ${people} } }
${more}
`,
  })
  const mcp = `${program.origin}/mcp`
  const assertion = (claims: Record<string, unknown>, by = pair) =>
    identityAssertion({ iss: issuer, aud: program.origin, client_id: 'desk', resource: mcp, ...claims }, by)
  const bring = (text: string, client = { client: 'desk', secret }) =>
    postForm(
      `${program.origin}/token`,
      { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text },
      client,
    )
  return { program, mcp, bring, assertion, seen }
}
