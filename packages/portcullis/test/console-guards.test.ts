import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpRequest } from 'node:http'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { catalogue } from '../src/administration/catalogue.ts'
import { listen } from '../src/operations/listen.ts'
import { consoleScene, password } from './console-scene.ts'
import { freePort, Person, startProgram } from './running-program.ts'

test('the OpenAPI document is valid, is there for anybody, and has each operation; so has the page, which is small, without script, and asks nobody else', async (t) => {
  const { program } = await consoleScene(t)

  const document = await (await fetch(`${program.origin}/console/api/openapi.json`)).json()
  const page = await fetch(`${program.origin}/console/api`)
  const text = await page.text()

  const { valid, errors } = await new Validator().validate(structuredClone(document))
  assert.ok(valid, JSON.stringify(errors))
  const described = Object.entries<Record<string, { operationId: string }>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => `${operationId} ${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(described.sort(), catalogue.map(({ name, method, path }) => `${name} ${method} ${path}`).sort())
  assert.deepEqual(document.servers, [{ url: `${program.origin}/console/api/v1` }])
  const everyRef = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)]
  assert.ok(everyRef.length > 30)
  for (const [, kind = '', name = ''] of everyRef) assert.ok(document.components[kind][name] !== undefined, name)
  for (const { method, path } of catalogue) assert.ok(text.includes(`${method} ${path}`), path)
  assert.ok(text.length < 50_000 && !text.includes('<script'))
  assert.match(text, /Default: <code>client_secret_basic<\/code>, or <code>private_key_jwt<\/code>/)
  assert.doesNotMatch(text, /`|&#96;/)
  assert.ok(!/(src|href)="(?!\/console|#)/.test(text))
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
})

test('a console whose own address is taken keeps all of it from starting, and says which setting to change', async (t) => {
  const taken = createServer()
  const consolePort = await listen(taken, { host: '127.0.0.1', port: 0 })
  t.after(() => taken.close())
  const port = await freePort()

  await assert.rejects(
    startProgram(t, {
      argv: ['--upstream', 'http://127.0.0.1:9/mcp', '--port', String(port)],
      settings: `console: { listen: { host: 127.0.0.1, port: ${consolePort} } }`,
    }),
    new RegExp(
      `It ended with 1: [^]*Port ${consolePort} is taken\\.\nStop what uses it, or choose another: console\\.listen\\.port`,
    ),
  )
  await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`))
})

test('a browser’s sign-in counts for pages of ours alone, for what is read and what is changed, and with the role that the person has now', async (t) => {
  const { program, owner, ask, command, person } = await consoleScene(t)
  const operator = await person('olga', 'operator')
  const own = { cookie: operator.cookies, origin: program.origin, 'sec-fetch-site': 'same-origin' }
  const invite = (headers: Record<string, string>) => ask('/invitations', { method: 'POST', json: {}, headers })
  const typeOf = async (response: Response) => [response.status, (await response.json()).type.split('#')[1]]

  assert.equal((await invite(own)).status, 201)
  assert.equal((await ask('/users', { headers: { cookie: operator.cookies } })).status, 200)
  for (const headers of [
    { cookie: operator.cookies },
    { cookie: operator.cookies, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    { cookie: operator.cookies, origin: program.origin, 'sec-fetch-site': 'cross-site' },
    { cookie: operator.cookies, 'sec-fetch-site': 'same-site' },
  ])
    assert.deepEqual(await typeOf(await invite(headers)), [403, 'foreign'])
  for (const site of ['cross-site', 'same-site'])
    assert.deepEqual(
      await typeOf(await ask('/users', { headers: { cookie: operator.cookies, 'sec-fetch-site': site } })),
      [403, 'foreign'],
    )
  const { by } = JSON.parse(await command('audit', 'list', '--json'))[0]
  assert.deepEqual([by.kind, by.userName], ['account', 'olga'])

  await command('users', 'role', 'olga', 'auditor')
  assert.deepEqual(await typeOf(await invite(own)), [403, 'forbidden'])
  await command('users', 'role', 'olga', 'member')
  assert.deepEqual(await typeOf(await ask('/users', { headers: own })), [403, 'forbidden'])
  await command('users', 'disable', 'olga')
  assert.deepEqual(await typeOf(await ask('/users', { headers: own })), [401, 'unauthorized'])
  assert.equal((await ask('/users', { headers: { cookie: owner.cookies } })).status, 200)
})

test('whoever is no owner any more does nothing by tokens that they made, or that those made; one that was made on the machine goes on', async (t) => {
  const { program, ask, command, person, token } = await consoleScene(t)
  const olga = await person('olga', 'owner')
  const own = { cookie: olga.cookies, origin: program.origin, 'sec-fetch-site': 'same-origin' }
  const json = { name: 'backdoor', role: 'owner' }
  const make = async (proof: { headers: Record<string, string> } | { token: string }) =>
    (await (await ask('/tokens', { method: 'POST', json, ...proof })).json()).token as string
  const ofMachine = await token('owner')
  const statuses = (tokens: readonly string[]) =>
    Promise.all(tokens.map(async (each) => (await ask('/users', { token: each })).status))

  for (const [away, back] of [
    [
      ['role', 'olga', 'operator'],
      ['role', 'olga', 'owner'],
    ],
    [
      ['disable', 'olga'],
      ['enable', 'olga'],
    ],
  ] as const) {
    const first = await make({ headers: own })
    const second = await make({ token: first })
    assert.deepEqual(await statuses([first, second]), [200, 200])
    await command('users', ...away)
    assert.deepEqual(await statuses([first, second, ofMachine]), [401, 401, 200])
    assert.doesNotMatch(await command('tokens', 'list'), /backdoor/)
    await command('users', ...back)
    assert.deepEqual(await statuses([first, second]), [401, 401])
  }
  assert.match(await command('audit', 'list'), /administration_token_revoked .*backdoor/)
})

test('whoever asks for a change, and whose token is revoked while the body is on its way, is refused when it has come', async (t) => {
  const { program, ask, command, token } = await consoleScene(t)
  const stolen = await token('owner')
  const [{ id, usedAt }] = JSON.parse(await command('tokens', 'list', '--json'))
  assert.equal(usedAt, undefined)
  const slow = httpRequest(`${program.origin}/console/api/v1/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stolen}`, 'content-type': 'application/json' },
  })
  const answered = once(slow, 'response')
  slow.write('{"name":"backdoor",')
  // It was let in once its token counts as used.
  while (JSON.parse(await command('tokens', 'list', '--json'))[0].usedAt === undefined);

  await command('tokens', 'revoke', id)
  slow.end('"role":"owner"}')

  const [answer] = await answered
  answer.resume()
  assert.equal(answer.statusCode, 401)
  assert.deepEqual(JSON.parse(await command('tokens', 'list', '--json')), [])
  assert.equal((await ask('/users', { token: stolen })).status, 401)
})

for (const [what, role, away] of [
  ['is disabled', 'operator', ['disable', 'olga']],
  ['is a member again', 'operator', ['role', 'olga', 'member']],
  ['is an owner no more', 'owner', ['role', 'olga', 'operator']],
] as const)
  test(`whoever administrated and ${what} comes in by no link that they made before, and those of others go on`, async (t) => {
    const { program, ask, command, person } = await consoleScene(t)
    await person('bob', 'member')
    const olga = await person('olga', role)
    const headers = { cookie: olga.cookies, origin: program.origin, 'sec-fetch-site': 'same-origin' }
    const make = async (path: string) =>
      (await (await ask(path, { method: 'POST', json: {}, headers })).json()).link as string
    const theirs = [await make('/invitations'), await make('/users/bob/reset-link')]
    const ofMachine = (await command('users', 'invite')).trim()
    const statuses = () =>
      Promise.all([...theirs, ofMachine].map(async (link) => (await new Person(program.origin).open(link)).status))
    const before = await statuses()

    await command('users', ...away)

    assert.deepEqual(before, [200, 200, 200])
    assert.deepEqual(await statuses(), [410, 410, 200])
  })

test('whoever was in an owner’s account leaves no token and no invitation in it: a new password by a link ends them, and the audit log says so', async (t) => {
  const { program, ask, command, person, token } = await consoleScene(t)
  const olga = await person('olga', 'owner')
  const headers = { cookie: olga.cookies, origin: program.origin, 'sec-fetch-site': 'same-origin' }
  const make = async (path: string, json: unknown, proof: { headers: Record<string, string> } | { token: string }) =>
    (await ask(path, { method: 'POST', json, ...proof })).json()
  const asked = { name: 'backdoor', role: 'owner' }
  const first: string = (await make('/tokens', asked, { headers })).token
  const second: string = (await make('/tokens', asked, { token: first })).token
  const tokens = [first, second, await token('owner')]
  const links: string[] = [
    (await make('/invitations', { role: 'owner' }, { headers })).link,
    (await make('/invitations', {}, { token: second })).link,
    (await command('users', 'invite')).trim(),
  ]
  const statuses = async () => [
    ...(await Promise.all(tokens.map(async (each) => (await ask('/users', { token: each })).status))),
    ...(await Promise.all(links.map(async (link) => (await new Person(program.origin).open(link)).status))),
  ]
  const before = await statuses()
  const holder = new Person(program.origin)

  const page = await holder.open((await command('users', 'reset', 'olga')).trim())
  const set = await holder.submit(page, { password: 'another horse battery', again: 'another horse battery' })

  assert.deepEqual(before, [200, 200, 200, 200, 200, 200])
  assert.equal(set.status, 303)
  assert.deepEqual(await statuses(), [401, 401, 200, 410, 410, 200])
  const log: { by: { kind: string }; act: { type: string } }[] = JSON.parse(await command('audit', 'list', '--json'))
  const ended = log.filter(({ by }) => by.kind === 'server').map(({ act }) => act.type)
  assert.deepEqual(
    ended.filter((type) => type.startsWith('administration_token') || type.startsWith('invitation')).sort(),
    [
      ...['administration_token_revoked', 'administration_token_revoked'],
      ...['invitation_withdrawn', 'invitation_withdrawn'],
    ],
  )
  assert.match(await command('audit', 'verify'), /is whole/)
})

test('a change by a browser needs a sign-in of a moment ago; reading does not', async (t) => {
  const { program, ask, owner } = await consoleScene(t, { settings: 'lifetimes: { proof: 60s }' })
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 })
  const headers = { cookie: owner.cookies, origin: program.origin, 'sec-fetch-site': 'same-origin' }

  const change = await ask('/invitations', { method: 'POST', json: {}, headers })

  assert.deepEqual([change.status, (await change.json()).type.split('#')[1]], [401, 'proof_needed'])
  assert.equal((await ask('/users', { headers })).status, 200)
})

test('guesses at tokens are limited by network, and hold up nobody who has one', async (t) => {
  const { ask, token } = await consoleScene(t, { settings: 'limits: { tokenRefusalsPerMinute: 5 }' })
  const right = await token('auditor')

  const statuses = []
  for (let nth = 0; nth < 7; nth += 1) statuses.push((await ask('/users', { token: `portcullis_admin_${nth}` })).status)
  const refused = await ask('/users', { token: 'x' })

  assert.deepEqual(statuses, [401, 401, 401, 401, 401, 429, 429])
  assert.equal(refused.headers.get('retry-after'), '60')
  assert.equal((await ask('/users', { token: right })).status, 200)
})

test('law 1: another host, and a page of another origin, are refused at every path of the console, and nobody is let in by CORS', async (t) => {
  const { program, token } = await consoleScene(t)
  const right = await token('owner')
  const port = Number(new URL(program.origin).port)

  for (const path of ['/console', '/console/api', '/console/api/openapi.json', '/console/api/v1/users']) {
    const status = await statusAtHost(port, { path, host: 'evil.example', token: right })
    assert.equal(status, 403, path)
  }
  const foreign = await fetch(`${program.origin}/console/api/v1/users`, {
    headers: { authorization: `Bearer ${right}`, origin: 'https://evil.example' },
  })
  const preflight = await fetch(`${program.origin}/console/api/v1/users`, {
    method: 'OPTIONS',
    headers: { origin: program.origin, 'access-control-request-method': 'GET' },
  })
  assert.equal(foreign.status, 403)
  assert.equal(preflight.status, 401)
  for (const { headers } of [foreign, preflight])
    assert.deepEqual(
      [...headers.keys()].filter((name) => name.startsWith('access-control')),
      [],
    )
  await program.line(/Refused a request to the console/)
})

test('what cannot be read, or cannot stand, is answered as RFC 9457 has it, with what is wrong at which field', async (t) => {
  const { ask, token, program } = await consoleScene(t)
  const owner = await token('owner')
  const post = (path: string, body: string, headers = { 'content-type': 'application/json' }) =>
    ask(path, { method: 'POST', token: owner, body, headers })
  const cases: [Promise<Response>, number, string][] = [
    [ask('/nothing', { token: owner }), 404, 'not_found'],
    [ask('/users/%zz/grants', { method: 'DELETE', token: owner }), 404, 'not_found'],
    [ask('/users', { method: 'PATCH', token: owner }), 405, 'method_not_allowed'],
    [ask('/clients?unused=perhaps', { token: owner }), 422, 'invalid'],
    [ask('/clients?unused=true&unused=true', { token: owner }), 400, 'malformed'],
    [ask('/clients?other=1', { token: owner }), 422, 'invalid'],
    [ask('/audit?limit=1e3', { token: owner }), 422, 'invalid'],
    [ask('/audit?constructor=1', { token: owner }), 422, 'invalid'],
    [post('/invitations', '{'), 400, 'malformed'],
    [post('/invitations', '[]'), 400, 'malformed'],
    [post('/invitations', '{"lifetime":1}'), 422, 'invalid'],
    [post('/invitations', '{"__proto__":{"lifetime":300}}'), 422, 'invalid'],
    [post('/invitations', '{}', { 'content-type': 'text/plain' }), 415, 'not_json'],
    [post('/invitations?lifetime=300', '{}'), 400, 'malformed'],
    [post('/invitations', JSON.stringify({ recipient: 'x'.repeat(70_000) })), 413, 'too_long'],
    [post('/users/ada/disable', '{"user":"bob"}'), 400, 'malformed'],
    [post('/users/nobody/disable', '{}'), 404, 'not_found'],
    [post('/users/ada/disable', '{}'), 409, 'conflict'],
    [post('/clients', '{"redirectUris":["javascript:alert(1)"]}'), 422, 'invalid'],
  ]
  for (const [asked, status, type] of cases) {
    const response = await asked
    const problem = await response.json()
    assert.deepEqual(
      [response.status, problem.type],
      [status, `${program.origin}/console/api#${type}`],
      JSON.stringify(problem),
    )
    assert.match(problem.instance, /^urn:portcullis:request:[a-z2-9]{10}$/)
  }
  const { errors } = await (await post('/invitations', '{"lifetime":1,"other":2}')).json()
  assert.deepEqual(errors, [
    { field: 'lifetime', message: 'must be a number of seconds from 300 to 7776000' },
    { field: 'other', message: 'is not known here' },
  ])
})

test('settings say where each was set, and show no password and no key that a URL has', async (t) => {
  const { ask, token } = await consoleScene(t, { settings: 'name: Notes\nlimits: { tokenRefusalsPerMinute: 50 }' })

  const settings: { name: string; value: unknown; setAt?: string }[] = await (
    await ask('/settings', { token: await token('auditor') })
  ).json()

  const of = (name: string) => settings.find((each) => each.name === name)
  assert.match(of('name')?.setAt ?? '', /portcullis\.yaml:1$/)
  assert.match(of('limits.tokenRefusalsPerMinute')?.setAt ?? '', /portcullis\.yaml:2$/)
  assert.equal(of('listen.port')?.setAt, '--port')
  assert.deepEqual([of('lifetimes.accessToken')?.value, of('lifetimes.accessToken')?.setAt], [600, undefined])
})

test('a console with an address of its own answers there alone, by tokens alone, and nothing else answers there', async (t) => {
  const port = await freePort()
  const at = `http://127.0.0.1:${port}`
  const { program, ask, token, owner } = await consoleScene(t, {
    settings: `console: { listen: { host: 127.0.0.1, port: ${port} } }`,
    at,
  })

  const document = await (await fetch(`${at}/console/api/openapi.json`)).json()

  assert.equal((await ask('/users', { token: await token('auditor') })).status, 200)
  assert.equal((await ask('/users', { headers: { cookie: owner.cookies } })).status, 401)
  assert.deepEqual(document.servers, [{ url: `${at}/console/api/v1` }])
  for (const path of ['/console', '/console/api', '/console/api/v1/users'])
    assert.equal((await fetch(program.origin + path, { redirect: 'manual' })).status, 404, path)
  for (const path of ['/mcp', '/account', '/.well-known/oauth-authorization-server', '/token', '/healthz'])
    assert.equal((await fetch(at + path, { redirect: 'manual' })).status, 404, path)
  assert.equal(await statusAtHost(port, { path: '/console/api', host: `localhost:${port}` }), 200)
  assert.equal(await statusAtHost(port, { path: '/console/api', host: new URL(program.origin).host }), 403)
})

test('a console that is switched off answers nowhere', async (t) => {
  const program = await startProgram(t, {
    argv: ['--upstream', 'http://127.0.0.1:1/mcp'],
    settings: 'console: { enabled: false }',
  })
  await new Person(program.origin).becomeOwner(program, { password })

  for (const path of ['/console', '/console/api', '/console/api/v1/users'])
    assert.equal((await fetch(program.origin + path, { redirect: 'manual' })).status, 404, path)
})

function statusAtHost(
  port: number,
  { path, host, token }: { path: string; host: string; token?: string },
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, ...(token !== undefined && { authorization: `Bearer ${token}` }) }
    httpRequest({ port, host: '127.0.0.1', path, headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
