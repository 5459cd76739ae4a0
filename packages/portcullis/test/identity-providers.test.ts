import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { wayOut } from './identity-site.ts'
import { callWith } from './machine-caller.ts'
import { connect, Person, startProgram, startUpstream } from './running-program.ts'
import { smallIdentityProvider } from './small-identity-provider.ts'

/** The program as a company runs it whose identity provider cannot register MCP clients; that one is played. */
async function started(t: TestContext, more = '', { passwords = false } = {}) {
  const provider = await smallIdentityProvider(t)
  const groups: (string | undefined)[] = []
  const upstream = await startUpstream(t, (req, res) => {
    groups.push(req.headers['x-portcullis-groups']?.toString())
    res.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  const program = await startProgram(t, {
    argv: ['--upstream', upstream],
    environment: { CORP_SECRET: 'hush' },
    settings: `
publicUrl: http://localhost:PORT/mcp
passwords: ${passwords}
identityProviders:
  corp:
    preset: oidc
    issuer: ${provider.issuer}
    clientId: ${provider.clientId}
    secretVariable: CORP_SECRET
    name: Corp
    allow: { domains: [corp.example] }
    groupsTold: [engineering, "R&D büro"]
${more}`,
  })
  /** Signs in as a browser does, and resolves to where it goes on to. */
  async function signIn(person: Person, fields: Record<string, string>): Promise<Response> {
    const answer = await person.open('/account/sign-in-with', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: program.origin },
      body: new URLSearchParams({ with: 'corp', ...fields }).toString(),
    })
    const back = await fetch(await wayOut(answer), { redirect: 'manual' })
    return person.open(back.headers.get('location') ?? assert.fail('no way back'))
  }
  return { provider, program, signIn, groups, mcp: `${program.origin}/mcp` }
}

test('ten lines of configuration: people sign in with the company’s identity provider, let a client in, and the MCP server is told who they are', async (t) => {
  const { program, signIn, groups, mcp } = await started(t)
  const owner = new Person(program.origin)
  const link = new URL(readFileSync(join(program.folder, 'portcullis.owner-link'), 'utf8').trim())

  const made = await signIn(owner, { for: 'owner', token: link.searchParams.get('token') ?? '' })
  const { accessToken } = await connect(owner, { resource: mcp })
  const called = await callWith(accessToken, mcp)
  const listed = await program.command('users', 'list')
  const json = JSON.parse((await program.command('users', 'list', '--json')).stdout)

  assert.equal(made.status, 303)
  assert.equal(called, 200)
  assert.deepEqual(groups, ['engineering'])
  assert.match(listed.stdout, /ada +owner +active +corp/)
  assert.deepEqual(json[0].signsIn, ['corp'])
  assert.match(program.output(), /ada made the first account and is the owner/)
  assert.match(program.output(), /ada signed in with corp/)
})

test('that somebody who may administrate comes in by an identity provider is in the audit log, however long ago they proved there who they are', async (t) => {
  const { program, signIn } = await started(t)
  const link = new URL(readFileSync(join(program.folder, 'portcullis.owner-link'), 'utf8').trim())
  await signIn(new Person(program.origin), { for: 'owner', token: link.searchParams.get('token') ?? '' })
  await signIn(new Person(program.origin), {})

  const listed = JSON.parse((await program.command('audit', 'list', '--json')).stdout) as { act: { type: string } }[]

  const types = listed.map(({ act }) => act.type).reverse()
  assert.deepEqual(types.slice(-3), ['account_created', 'administrator_signed_in', 'administrator_signed_in'])
})

test('an account elsewhere that is added to one who may administrate, or taken away, is in the audit log', async (t) => {
  const { program, signIn } = await started(t, '', { passwords: true })
  const owner = new Person(program.origin)
  await owner.becomeOwner(program)

  const linked = await signIn(owner, { for: 'link' })
  const page = await (await owner.open('/account/identities')).text()
  const [, identity = ''] = /name="identity" value="([^"]+)"/.exec(page) ?? assert.fail('no identity')
  await owner.open('/account/identities', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: program.origin },
    body: new URLSearchParams({ identity }).toString(),
  })

  assert.equal(linked.headers.get('location'), '/account/identities?done=linked')
  const listed = (await program.command('audit', 'list')).stdout
  assert.match(listed, /ada +administrator_identity_removed .*\n.*ada +administrator_identity_added /)
})

test('a group with a space is one group to the MCP server', async (t) => {
  const { provider, program, signIn, groups, mcp } = await started(t)
  Object.assign(provider.person, { groups: ['R&D büro', 'engineering', 'board'] })
  const ada = new Person(program.origin)
  await signIn(ada, {})

  await callWith((await connect(ada, { resource: mcp })).accessToken, mcp)

  assert.deepEqual(groups, ['engineering R&D%20b%C3%BCro'])
})

test('an operator disables, enables and unlinks people who sign in elsewhere, and resets no password where there are none', async (t) => {
  const { program, signIn, mcp } = await started(t)
  const ada = new Person(program.origin)
  await signIn(ada, {})
  await connect(ada, { resource: mcp })

  const disabled = await program.command('users', 'disable', 'ada')
  const refused = await signIn(new Person(program.origin), {})
  await program.command('users', 'enable', 'ada')
  const again = await signIn(ada, {})
  await connect(ada, { resource: mcp })
  const unlinked = await program.command('users', 'unlink', 'ada', 'corp')
  const reset = await program.command('users', 'reset', 'ada')
  const unknown = await program.command('users', 'unlink', 'ada', 'corp')

  assert.match(disabled.stdout, /Disabled ada\. Grants ended: 1\./)
  assert.equal(refused.status, 403)
  assert.equal(again.status, 303)
  assert.match(unlinked.stdout, /ada does not sign in with corp any more\. Grants ended: 1\./)
  assert.equal((await ada.open('/account')).headers.get('location'), '/account/sign-in')
  assert.notEqual(reset.code, 0)
  assert.match(reset.stderr, /no passwords here/)
  assert.match(unknown.stderr, /does not sign in with "corp"/)
  await program.line(/An operator had ada sign in with corp no more/)
})

test('check-config says which callback URL to enter, who may come in and how people sign in', async (t) => {
  const { program } = await started(t)

  const { stdout, stderr } = await program.command('check-config', '--upstream', 'http://localhost:3000/mcp')

  assert.ok(stdout.includes(`callback URL of "corp": ${program.origin}/account/callback/corp`), stdout)
  assert.match(stdout, /of "corp" may come in: people of corp\.example/)
  assert.match(stdout, /sign-in: with Corp/)
  assert.ok(!stdout.includes('hush'))
  assert.equal(stderr, '')
})

test('an identity provider whose issuer is wrong, or that is down, is warned of at the start, and one that answers is not', async (t) => {
  const provider = await smallIdentityProvider(t)
  const program = await startProgram(t, {
    argv: ['--upstream', 'http://127.0.0.1:9/mcp'],
    settings: `identityProviders:
  corp: { preset: oidc, issuer: "${provider.issuer}", clientId: ${provider.clientId} }
  typo: { preset: oidc, issuer: "${provider.issuer}/realm", clientId: ${provider.clientId} }
  down: { preset: oidc, issuer: "http://127.0.0.1:9", clientId: c }`,
  })

  const typo = await program.line(
    /^The identity provider "typo" does not answer as it should: .* has no metadata at the issuer/,
  )
  const down = await program.line(
    /^The identity provider "down" does not answer as it should: 127\.0\.0\.1:9 cannot be asked/,
  )

  assert.deepEqual([typo.level, down.level], ['warn', 'warn'])
  assert.doesNotMatch(program.output(), /"corp\\" does not answer/)
})

test('check-config warns of a client secret that is not there yet, and says the callback URL to get it with', async (t) => {
  const program = await startProgram(t, { argv: ['--upstream', 'http://127.0.0.1:9/mcp'] })
  const file = join(program.folder, 'corp.yaml')
  writeFileSync(
    file,
    'identityProviders: { corp: { preset: github, clientId: c, organisations: [corp], secretFile: corp.secret } }\n',
  )

  const { stdout, stderr, code } = await program.command(
    'check-config',
    ...['--config', file, '--upstream', 'http://localhost:3000/mcp'],
  )

  assert.equal(code, 0)
  assert.match(
    stderr,
    /^Warning: The file .*corp\.secret, with the secret of the identity provider "corp", cannot be read\./,
  )
  assert.match(stdout, /callback URL of "corp"/)
  assert.match(stdout, /of the organisation corp/)
})

test('a company’s group has the console without anybody giving a role by hand, which lists, command and API say by which group', async (t) => {
  const { provider, program, signIn } = await started(
    t,
    '    roles: { owner: { groups: [board] }, operator: { groups: [engineering] } }',
  )
  const ada = new Person(program.origin)
  await signIn(ada, {})

  const people = await (await ada.open('/console/users')).text()
  const tokens = await ada.open('/console/tokens')
  const listed = await program.command('users', 'list')
  const byHand = await program.command('users', 'role', 'ada', 'auditor')
  const log = await program.command('audit', 'list')
  const settings = await program.command('check-config', '--upstream', 'http://localhost:3000/mcp')
  Object.assign(provider.person, { sub: 'u-8', preferred_username: 'bob', groups: ['staff'] })
  const bob = new Person(program.origin)
  await signIn(bob, {})

  assert.match(people, /operator<small>by the group &quot;engineering&quot; of Corp<\/small>/)
  assert.equal(tokens.status, 403)
  assert.match(listed.stdout, /ada +operator, by the group "engineering" of Corp +active/)
  assert.match(byHand.stdout, /^The role of ada is operator, by the group "engineering" of Corp\.$/m)
  assert.match(byHand.stderr, /By hand it is auditor now\..*identityProviders\.corp\.roles/)
  assert.match(log.stdout, /\(server\) +user_role_changed .*roleFrom: corp: the group "engineering"/)
  assert.match(settings.stdout, /operator by "corp": .*in "engineering"/)
  assert.equal((await bob.open('/console/users')).status, 403)
  await program.line(/ada is an operator by the group "engineering" of corp, and was a member/)
})
