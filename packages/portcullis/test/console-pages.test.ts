import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { findAccount, updateAccount } from '../src/accounts/accounts.ts'
import { hasRight } from '../src/administration/rights.ts'
import { acts } from '../src/console/acts.ts'
import { rooms } from '../src/console/rooms.ts'
import { openExistingStore } from '../src/store/open-store.ts'
import { roles } from '../src/store/role.ts'
import { actNames, assertPageHeaders, auditLog, everyRole, leadsTo, roomPaths, send } from './console-browser.ts'
import { type ConsoleScene, consoleScene, password } from './console-scene.ts'
import { connect, Person } from './running-program.ts'

test('each room opens for the roles that its right names, and for nobody else; each page has no script but ours, and is in no frame and no cache', async (t) => {
  const scene = await consoleScene(t)
  const people = await everyRole(scene)

  for (const { path, right } of Object.values(rooms)) {
    for (const role of roles) {
      const page = await people[role].open(path)
      const text = await page.text()
      assert.equal(page.status, hasRight(role, right) ? 200 : 403, `${role} at ${path}`)
      if (role === 'member') {
        assert.match(text, /The console is not for you/)
        continue
      }
      assertPageHeaders(page, path)
      assert.ok(!/<script(?! type="module" src="\/console\/live-)|<style| style="| on\w+="/i.test(text), path)
      assert.ok(text.length < 50_000, path)
    }
    assert.deepEqual(leadsTo(await people.nobody.open(`${path}?a=b`)), [
      303,
      `/account/sign-in?${new URLSearchParams({ return_to: `${path}?a=b` })}`,
    ])
  }
  for (const path of [
    '/console/attempts/events',
    '/console/audit/export',
    '/console/doctor',
    '/console/attempts/x/evidence',
  ]) {
    assert.equal((await people.member.open(path)).status, 403, path)
    assert.equal((await people.nobody.open(path)).status, 303, path)
  }
  assert.equal((await people.operator.open('/console/tokens/')).status, 403)
  assert.equal((await people.owner.open('/console/nothing')).status, 404)
})

test('the page of an act opens for whose right it is, and an act that is refused is told to the log and the audit log', async (t) => {
  const scene = await consoleScene(t)
  const people = await everyRole(scene)

  for (const name of actNames) {
    const right = acts.get(name)?.operation.right
    assert.ok(right)
    for (const role of roles) {
      const page = await people[role].open(`/console/act/${name}`)
      assert.equal(page.status, hasRight(role, right) ? 200 : 403, `${role} at ${name}`)
      if (hasRight(role, right)) {
        assertPageHeaders(page, name)
        assert.doesNotMatch(page.headers.get('content-security-policy') ?? '', /script-src/)
      }
      if (hasRight(role, right)) continue
      const before = await auditLog(scene)
      assert.equal((await send(scene, people[role], `/console/act/${name}`)).status, 403, `${role} does ${name}`)
      const [refused, ...rest] = await auditLog(scene)
      // Members are no administrators, of whom alone the audit log tells.
      if (role === 'member') assert.deepEqual([refused, ...rest], before)
      else
        assert.deepEqual(
          [refused?.by.userName, refused?.act.type, refused?.act.operation, refused?.result],
          [role === 'auditor' ? 'aldo' : 'olga', 'administration_refused', name, 'refused'],
        )
    }
    assert.equal((await send(scene, people.nobody, `/console/act/${name}`)).status, 303)
  }
  const told = scene.program.log().filter(({ event }) => event === 'console_refused')
  assert.ok(told.length > 20)
  assert.equal((await people.owner.open('/console/act/users.list')).status, 404)
  assert.equal((await send(scene, people.owner, '/console/act/__proto__')).status, 404)
})

test('an operator sets no password of, disables and enables nobody who may administrate, by pages neither', async (t) => {
  const scene = await consoleScene(t)
  const { operator } = await everyRole(scene)

  for (const name of ['users.reset', 'users.disable', 'users.enable'])
    for (const user of ['ada', 'aldo'])
      assert.equal((await send(scene, operator, `/console/act/${name}`, { user })).status, 403, `${name} of ${user}`)
  assert.equal((await send(scene, operator, '/console/act/users.disable', { user: 'mia' })).status, 303)
})

test('a form that no page of ours sent does nothing, and opening an act does nothing', async (t) => {
  const scene = await consoleScene(t)
  const { owner, program } = scene
  await scene.person('mia', 'member')
  const path = '/console/act/users.disable'
  const before = await auditLog(scene)

  for (const headers of [
    { origin: undefined, 'sec-fetch-site': undefined },
    { origin: 'https://evil.example', 'sec-fetch-site': undefined },
    { origin: 'null', 'sec-fetch-site': undefined },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: undefined, 'sec-fetch-site': 'none' },
    { origin: program.origin.replace('http:', 'https:') },
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/json' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'application/x-www-form-urlencoded-not' },
  ])
    assert.equal((await send(scene, owner, path, { user: 'mia' }, headers)).status, 403, JSON.stringify(headers))
  for (const [body, status, type] of [
    [`user=mia&more=${'x'.repeat(70_000)}`, 413, 'too_long'],
    ['user=mia&user=mia', 400, 'malformed'],
    ['user=%ff', 400, 'malformed'],
  ] as const) {
    const refused = await send(scene, owner, path, body)
    assert.equal(refused.status, status)
    assert.equal((await refused.json()).type, `${program.origin}/console/api#${type}`)
    assert.equal((await send(scene, owner, path, body, { origin: 'https://evil.example' })).status, 403)
  }
  for (const method of ['GET', 'HEAD']) assert.equal((await owner.open(`${path}?user=mia`, { method })).status, 200)
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS'])
    assert.equal((await owner.open(`${path}?user=mia`, { method, headers: { origin: program.origin } })).status, 403)
  assert.equal((await send(scene, owner, `${path}?user=mia`)).status, 422) // what is in the address is not what was sent
  assert.deepEqual(await auditLog(scene), before)

  assert.deepEqual(leadsTo(await owner.submit(await owner.open(`${path}?user=mia`), {})), [
    303,
    '/console/users?done=users.disable',
  ])
})

test('a link to an act chooses nothing that its page asks for', async (t) => {
  const { owner } = await consoleScene(t)

  const page = await (await owner.open('/console/act/users.role?user=mallory&role=operator')).text()
  const other = await (
    await owner.open('/console/act/clients.create?name=Claude&redirectUris=https://evil.example')
  ).text()

  assert.match(page, /<bdi>mallory<\/bdi>/)
  assert.doesNotMatch(page, / selected/)
  assert.doesNotMatch(other, /evil\.example|Claude/)
})

test('whoever signed in too long ago proves it anew, and comes back to the page of the act, never to the act', async (t) => {
  const scene = await consoleScene(t, { settings: 'lifetimes: { proof: 60s }' })
  const { owner } = scene
  await scene.person('mia', 'member')
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 })
  const before = await auditLog(scene)
  const page = '/console/act/users.role?user=mia'
  const confirm = `/account/confirm?${new URLSearchParams({ return_to: page })}`

  const sent = { user: 'mia', role: 'owner', more: 'x' }
  assert.deepEqual(leadsTo(await send(scene, owner, '/console/act/users.role', sent)), [303, confirm])
  assert.deepEqual(leadsTo(await owner.open(`${page}&role=owner`)), [303, confirm])
  assert.equal((await owner.open('/console/users')).status, 200)
  assert.deepEqual(await auditLog(scene), before)
  assert.deepEqual(leadsTo(await owner.submit(await owner.open(confirm), { password })), [303, page])
  assert.equal((await owner.open(page)).status, 200)
  const isChange = ({ act }: { act: { type: string } }) => act.type === 'user_role_changed'
  assert.deepEqual((await auditLog(scene)).filter(isChange), before.filter(isChange))
})

for (const [what, take] of [
  ['whose role is taken away', ['users', 'role', 'olga', 'member']],
  ['whose account is disabled', ['users', 'disable', 'olga']],
] as const)
  test(`somebody ${what} is refused at once, at pages, acts and streams`, async (t) => {
    const scene = await consoleScene(t)
    const operator = await scene.person('olga', 'operator')
    const live = await operator.open('/console/attempts/events')
    const idle = await operator.open('/console/attempts/events')
    assert.equal(live.status, 200)
    assert.match(live.headers.get('content-type') ?? '', /^text\/event-stream/)
    const act = await operator.open('/console/act/users.invite')

    await scene.command(...take)
    const taken = performance.now()
    const heardNothing = idle.text().then((text) => [text, performance.now() - taken] as const)

    const status = take[1] === 'role' ? 403 : 303
    for (const path of [...roomPaths, '/console/attempts/events', '/console/audit/export'])
      assert.equal((await operator.open(path)).status, status, path)
    assert.equal((await operator.submit(act, { recipient: 'x' })).status, status)
    // What is open says nothing any more.
    await connect(scene.owner, { resource: `${scene.program.origin}/mcp` })
    assert.doesNotMatch(await live.text(), /changed/)
    const [text, milliseconds] = await heardNothing
    assert.match(text, /^retry: 1000/)
    assert.ok(milliseconds < 5000, `${milliseconds}`)
  })

test('somebody whom nothing lets in any more, and no owner else, is told of on the pages of whoever still administrates', async (t) => {
  const scene = await consoleScene(t)
  const operator = await scene.person('olga', 'operator')
  const before = await (await operator.open('/console')).text()
  await shutOut(scene, 'ada')

  for (const path of ['/console', '/console/users'])
    assert.match(await (await operator.open(path)).text(), /No owner can sign in.*users role NAME owner/s, path)
  assert.match(await (await operator.open('/console/users')).text(), /ada<\/bdi><\/a> <span class="tag bad">shut out/)
  assert.match(await scene.command('users', 'list'), /ada +owner +shut out/)
  assert.doesNotMatch(before, /No owner can sign in/)
  await scene.command('users', 'role', 'olga', 'owner')
  assert.doesNotMatch(await (await operator.open('/console')).text(), /No owner can sign in/)
})

test('an owner invites into a role on the page too, an operator is not asked for one and may not send it', async (t) => {
  const scene = await consoleScene(t)
  const { owner, program } = scene
  const operator = await scene.person('olga', 'operator')
  const path = '/console/act/users.invite'

  assert.match(await (await owner.open(path)).text(), /name="role"/)
  assert.doesNotMatch(await (await operator.open(path)).text(), /name="role"/)
  assert.equal((await send(scene, operator, path, { role: 'owner' })).status, 403)
  const [, found = ''] =
    /class="secret">([^<]+)/.exec(await (await send(scene, owner, path, { role: 'auditor' })).text()) ?? []
  const link = new URL(found)
  const guest = new Person(program.origin)
  const fields = { user_name: 'aldo', password, again: password }
  await guest.submit(await guest.open(link.pathname + link.search), fields)

  assert.equal((await guest.open('/console/audit')).status, 200)
  assert.equal((await send(scene, guest, path)).status, 403)
  const [refused] = (await auditLog(scene)).filter(({ result }) => result === 'refused')
  assert.equal(refused?.by.userName, 'aldo')
})

test('a stream that says nothing ends within five seconds once its browser is signed out', async (t) => {
  const scene = await consoleScene(t)
  const { owner } = scene
  const idle = await owner.open('/console/attempts/events')
  const signedOut = await send(scene, owner, '/account/sign-out')
  const began = performance.now()

  assert.match(await idle.text(), /^retry: 1000\n\n$/)

  assert.equal(signedOut.status, 303)
  assert.ok(performance.now() - began < 5000)
})

test('a session that was ended opens nothing', async (t) => {
  const scene = await consoleScene(t)
  const { owner } = scene
  const kept = owner.cookies
  await send(scene, owner, '/account/sign-out')

  for (const path of [...roomPaths, '/console/attempts/events'])
    assert.equal(
      (await fetch(scene.program.origin + path, { headers: { cookie: kept }, redirect: 'manual' })).status,
      303,
    )
})

test('what is shown once is in no address, in no cache, and nowhere afterwards', async (t) => {
  const scene = await consoleScene(t)
  const { owner } = scene
  await scene.person('mia', 'member')
  const secrets: string[] = []

  for (const [name, fields] of [
    ['users.invite', { recipient: 'Grace' }],
    ['users.reset', { user: 'mia' }],
    ['tokens.create', { name: 'nightly', role: 'auditor', lifetime: '2' }],
    ['clients.create', { name: 'Desk', redirectUris: 'https://desk.example/callback' }],
  ] as const) {
    const answer = await send(scene, owner, `/console/act/${name}`, fields)
    const [, secret = ''] = /<code class="secret">([^<]+)</.exec(await answer.text()) ?? []
    assert.equal(answer.status, 200)
    assertPageHeaders(answer, name)
    assert.ok(secret.length > 20, name)
    secrets.push(new URL(secret, 'https://x.invalid').searchParams.get('token') ?? secret)
  }
  const later = await Promise.all(roomPaths.map(async (path) => (await owner.open(path)).text()))
  later.push(scene.program.output(), await (await owner.open('/console/audit/export')).text())
  for (const secret of secrets) for (const text of later) assert.ok(!text.includes(secret), secret.slice(0, 6))
})

test('a page of many clients shows some of them, says of how many, and finds the others', async (t) => {
  const { ask, owner, token } = await consoleScene(t)
  const operator = await token('operator')
  for (let nth = 10; nth < 80; nth++)
    await ask('/clients', {
      method: 'POST',
      token: operator,
      json: { name: `Agent ${nth}`, redirectUris: [`https://agent-${nth}.example/callback`] },
    })

  const many = await (await owner.open('/console/clients')).text()
  const found = await (await owner.open('/console/clients?find=AGENT-42.example')).text()

  assert.equal(many.match(/<bdi>Agent \d\d<\/bdi>/g)?.length, 30)
  assert.match(many, /These are 30 of 70\./)
  assert.ok(many.length < 50_000)
  assert.deepEqual(found.match(/<bdi>Agent \d\d<\/bdi>/g), ['<bdi>Agent 42</bdi>'])
})

test('what others named is text on every page', async (t) => {
  const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
  const scene = await consoleScene(t, { settings: `name: ${JSON.stringify(`Notes ${evil}`)}` })
  const { owner, program } = scene
  const registered = await fetch(`${program.origin}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': evil },
    body: JSON.stringify({
      client_name: `Client ${evil}`,
      redirect_uris: ['http://127.0.0.1:1/'],
      token_endpoint_auth_method: 'none',
    }),
  })
  const { client_id } = await registered.json()
  await connect(owner, { resource: `${program.origin}/mcp`, clientId: client_id }).catch(() => {})
  await send(scene, owner, '/console/act/users.invite', { recipient: `Guest ${evil}` })
  await send(scene, owner, '/console/act/tokens.create', { name: `Token ${evil}`, role: 'auditor' })
  const text = encodeURIComponent(evil)

  for (const path of [
    ...roomPaths,
    '/console/clients?unused=1',
    `/console/attempts?client=${text}&person=${text}&text=${text}&verdict=${text}`,
    `/console/users?done=${text}`,
    `/console/audit?before=${text}&verify=1`,
    `/console/act/users.disable?user=${text}`,
    `/console/act/${text}`,
    `/console/${text}`,
  ]) {
    const page = await (await owner.open(path)).text()
    assert.ok(!/<img|<script>|onerror=alert\(1\)>/.test(page), path)
  }
  const refused = await send(scene, owner, '/console/act/users.disable', { user: evil })
  assert.deepEqual([refused.status, /<img|<script>/.test(await refused.text())], [404, false])
  assert.match(await (await owner.open('/console/users')).text(), /Guest &quot;&gt;&lt;img/)
})

/** Leaves somebody without any way in, as an identity provider may. */
async function shutOut({ program }: Pick<ConsoleScene, 'program'>, userName: string): Promise<void> {
  const store = await openExistingStore({ database: join(program.folder, 'portcullis.db') })
  await updateAccount(
    { store },
    (await findAccount({ store }, userName))?.id ?? '',
    ({ password: _, ...account }) => account,
  )
  await store.close()
}
