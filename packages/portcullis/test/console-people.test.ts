import assert from 'node:assert/strict'
import { test } from 'node:test'
import { everyRole, leadsTo, send } from './console-browser.ts'
import { consoleScene } from './console-scene.ts'
import { startMailServer } from './mail-server.ts'
import { connect } from './running-program.ts'

test('a person has a page: how they sign in, what has access for them, and what the viewer may do with it', async (t) => {
  const scene = await consoleScene(t)
  const people = await everyRole(scene)
  const { owner, operator, auditor, member } = people
  const resource = `${scene.program.origin}/mcp`
  await connect(member, { resource })
  await connect(member, { resource })

  const list = await (await owner.open('/console/users')).text()
  const page = await (await owner.open('/console/users?user=mia')).text()
  const ofOwner = await (await operator.open('/console/users?user=ada')).text()
  const looked = await (await auditor.open('/console/users?user=mia')).text()

  assert.match(list, /<a href="\/console\/users\?user=mia"><bdi>mia<\/bdi><\/a>/)
  assert.match(page, /<h1>mia<\/h1>/)
  assert.match(page, /Signs in with<\/h2>\s*<ul class="links"><li class="row"><span>password<\/span>/)
  for (const act of ['users.role', 'users.reset', 'users.disable', 'grants.end', 'grants.endOfUser'])
    assert.match(page, new RegExp(`/console/act/${act}\\?`), act)
  assert.match(page, /\/console\/attempts\?person=mia/)
  assert.doesNotMatch(ofOwner, /\/console\/act\/users/)
  assert.match(looked, /<h1>mia<\/h1>/)
  assert.doesNotMatch(looked, /\/console\/act\//)
  assert.equal((await owner.open('/console/users?user=nobody')).status, 404)
  assert.equal((await member.open('/console/users?user=mia')).status, 403)
  assert.deepEqual(leadsTo(await send(scene, owner, '/console/act/grants.endOfUser', { user: 'mia' })), [
    303,
    '/console/grants?done=grants.endOfUser',
  ])
  assert.match(await (await owner.open('/console/users?user=mia')).text(), /No client has access/)
})

test('pages of the console stay small however much there is, and rows are found by what they are called', async (t) => {
  const scene = await consoleScene(t, { settings: 'limits: { registrationsPerHour: 1000 }' })
  const { owner, program } = scene
  const token = await scene.token('owner')
  const long = 'x'.repeat(180)
  for (let count = 0; count < 70; count += 1) {
    const made = await scene.ask('/invitations', { method: 'POST', token, json: { recipient: `${count} ${long}` } })
    assert.equal(made.status, 201)
    const registered = await fetch(`${program.origin}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        client_name: `Client ${count} ${long}`,
        redirect_uris: ['a', 'b', 'c'].map((name) => `https://desk${count}.example/${name}/${long}${long}`),
        token_endpoint_auth_method: 'none',
      }),
    })
    assert.equal(registered.status, 201)
  }

  const users = await (await owner.open('/console/users')).text()
  const clients = await (await owner.open('/console/clients?unused=1')).text()
  const found = await (await owner.open('/console/clients?unused=1&find=DESK42.example')).text()

  for (const [what, text] of Object.entries({ users, clients }))
    assert.ok(text.length < 42_000, `${what}: ${text.length}`) // and the style
  assert.match(users, /These are 30 of 70/)
  assert.match(clients, /These are 30 of 70/)
  assert.match(clients, /name="unused" value="1"/)
  assert.match(found, /Client 42 /)
  assert.doesNotMatch(found, /Client 41 |These are/)
})

test('an invitation is sent from the console where mail is configured, and asked for nowhere else', async (t) => {
  const mail = await startMailServer(t)
  const scene = await consoleScene(t, {
    settings: `mail: { server: "smtp://localhost:${mail.port}", from: notes@mcp.example }`,
  })
  const without = await consoleScene(t)
  const page = '/console/act/users.invite'

  const asked = await (await scene.owner.open(page)).text()
  const notAsked = await (await without.owner.open(page)).text()
  const sent = await send(scene, scene.owner, page, { email: 'grace@example.com' })
  const wrong = await send(scene, scene.owner, page, { email: 'grace' })

  assert.match(asked, /name="email"/)
  assert.doesNotMatch(notAsked, /name="email"/)
  assert.deepEqual(leadsTo(sent), [303, '/console/users?done=users.invite'])
  assert.match(mail.messages[0]?.text ?? '', /account\/invitation\?token=/)
  assert.equal(wrong.status, 422)
  assert.match(await wrong.text(), /E-mail address must be an e-mail address/)
})

test('what cannot stand in a form is said beside its field, in its own units; what has no field is said above', async (t) => {
  const scene = await consoleScene(t)
  const textOf = async (act: string, fields: Record<string, string>) =>
    (await send(scene, scene.owner, `/console/act/${act}`, fields)).text()

  const days = await textOf('users.invite', { lifetime: '100' })
  const types = await textOf('clients.create', { grantTypes: 'password' })
  const nobody = await textOf('users.disable', {})

  assert.match(days, /see below what cannot stand/)
  assert.match(days, /Works for \(days\) must be a whole number from 1 to 90\./)
  assert.doesNotMatch(days, /seconds/)
  assert.match(types, /Grant types must be one of authorization_code/)
  assert.match(nobody, /The input cannot stand: user must be a user name\./)
})

test('settings, figures and the audit log read as sentences do', async (t) => {
  const scene = await consoleScene(t, { settings: 'name: Notes\nlifetimes: { proof: 30m }' })

  const settings = (await (await scene.owner.open('/console/settings')).text()).replace(/<[^>]+>/g, ' ')
  const overview = (await (await scene.owner.open('/console')).text()).replace(/<[^>]+>/g, ' ')
  const audit = await (await scene.owner.open('/console/audit')).text()

  assert.match(settings, /In +\/\S+\/portcullis\.yaml/)
  assert.match(settings, /lifetimes\.proof +1800 +line 2/)
  assert.match(overview, /1 +person/)
  assert.match(overview, /0 +clients connected in 24 hours/)
  assert.match(audit, /<bdi>ada<\/bdi><\/div><\/td><td[^>]*><div>Made an account/)
})

test('the rules of an identity provider are said in words', async (t) => {
  const { owner } = await consoleScene(t, {
    settings: `identityProviders:
  corp:
    preset: oidc
    issuer: https://id.corp.example
    clientId: notes
    newAccounts: invited
    allow: { domains: [corp.example], emails: [guest@partner.example], groups: [staff, ops], claims: { department: [r&d] } }
  sso: { preset: keycloak, issuer: "https://sso.corp.example/realms/staff", clientId: notes }`,
  })

  const page = await (await owner.open('/console/rules')).text()
  const text = page
    .replace(/<[^>]+>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')

  assert.match(
    text,
    /By corp \(oidc\): people of corp\.example or guest@partner\.example, in "staff" or "ops", whose department is r&d; for the first time with an invitation alone\./,
  )
  assert.match(text, /By sso \(keycloak\): whoever has an account there\./)
})

test('where the flight recorder is switched off, the console says so instead of waiting for clients', async (t) => {
  const { owner } = await consoleScene(t, { settings: 'recorder: { enabled: false }' })

  for (const path of ['/console', '/console/attempts'])
    assert.match(await (await owner.open(path)).text(), /The flight recorder is switched off/, path)
})
