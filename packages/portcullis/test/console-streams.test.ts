import assert from 'node:assert/strict'
import { type IncomingMessage, request } from 'node:http'
import { test } from 'node:test'
import { auditLog, everyRole, roomPaths, send } from './console-browser.ts'
import { consoleScene, password } from './console-scene.ts'
import { connect, freePort, type Person, type RunningProgram, startProgram } from './running-program.ts'

test('an attempt is told to whoever watches while it happens, before the stream ends', async (t) => {
  const { program, owner } = await consoleScene(t)
  const live = await listen(program, owner)
  assert.match(await live.next(), /^retry: 1000/)

  await connect(owner, { resource: `${program.origin}/mcp` })

  assert.equal(await live.next(), 'event: changed\ndata: again\n\n')
  assert.match(await (await owner.open('/console/attempts')).text(), /<bdi>Test client<\/bdi>/)
  live.leave()
})

test('streams are bounded, a browser that leaves gives its place back, and a server that stops waits for none', async (t) => {
  const { program, owner } = await consoleScene(t)
  const streams = await Promise.all(Array.from({ length: 50 }, () => listen(program, owner)))
  assert.deepEqual([...new Set(streams.map(({ status }) => status))], [200])
  assert.equal((await listen(program, owner)).status, 503)
  assert.equal((await owner.open('/console/attempts/events', { method: 'HEAD' })).status, 200)

  for (const { leave } of streams.slice(0, 10)) leave()
  let again = await listen(program, owner)
  while (again.status !== 200) again = await listen(program, owner)

  const began = performance.now()
  assert.equal(await program.stop(), 0)
  assert.ok(performance.now() - began < 5000)
})

test('an evidence file has pseudonyms unless names are asked for, and no secret; it and the audit log are downloads that no cache keeps', async (t) => {
  const scene = await consoleScene(t)
  const { owner, program } = scene
  const { auditor } = await everyRole(scene)
  const tokens = await connect(owner, { resource: `${program.origin}/mcp` })
  let id: string | undefined
  while (id === undefined)
    id = /href="\/console\/attempts\/(\w+)"/.exec(await textOf(owner, '/console/attempts?text=ada'))?.[1]

  const page = await auditor.open(`/console/attempts/${id}`)
  const plain = await auditor.open(`/console/attempts/${id}/evidence`)
  const named = await auditor.open(`/console/attempts/${id}/evidence?names=1`)
  const log = await auditor.open('/console/audit/export')

  assert.equal(page.status, 200)
  const [inPlain, inNamed, inPage] = [await plain.text(), await named.text(), await page.text()]
  assert.ok(!inPlain.includes('"ada"') && inNamed.includes('"ada"'))
  assert.equal(JSON.parse(inPlain).isPseudonymised, true)
  for (const text of [inPlain, inNamed, inPage])
    for (const secret of [tokens.accessToken, tokens.refreshToken, password, owner.cookies.split('=')[1] ?? ''])
      assert.ok(!text.includes(secret))
  for (const { headers } of [plain, named, log]) {
    assert.match(headers.get('content-disposition') ?? '', /^attachment; filename="[\w.-]+"$/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('cross-origin-resource-policy'), 'same-origin')
  }
  const lines = (await log.text()).trim().split('\n')
  assert.equal(lines.length, (await auditLog(scene)).length)
  for (const path of ['nothing', 'nothing/evidence', '..%2f..%2faccount', `${id}/evidence/more`])
    assert.equal((await owner.open(`/console/attempts/${path}`)).status, 404, path)
})

test('the doctor is for whoever may see attempts', async (t) => {
  const scene = await consoleScene(t)
  const { auditor, member } = await everyRole(scene)
  const ask = (person: Person) => send(scene, person, '/console/doctor')

  assert.equal((await ask(member)).status, 403)
  assert.match(await (await ask(auditor)).text(), /\d+ requests, in [\d.]+ seconds/)
})

test('a console with an address of its own is signed in to by a token, whose cookie is for it alone and good no longer than the token', async (t) => {
  const port = await freePort()
  const at = `http://127.0.0.1:${port}`
  const { program, command, owner, token } = await consoleScene(t, {
    settings: `console: { listen: { host: 127.0.0.1, port: ${port} } }\nlimits: { tokenRefusalsPerMinute: 3 }`,
    at,
  })
  const right = await token('operator')
  const signIn = (fields: Record<string, string>, headers = { origin: at, 'sec-fetch-site': 'same-origin' }) =>
    fetch(`${at}/console/sign-in`, { method: 'POST', body: new URLSearchParams(fields), headers, redirect: 'manual' })
  const open = (path: string, cookie?: string) =>
    fetch(at + path, { redirect: 'manual', ...(cookie !== undefined && { headers: { cookie } }) })

  const lost = await open('/console/users?a=b')
  assert.equal(lost.headers.get('location'), '/console/sign-in?return_to=%2Fconsole%2Fusers%3Fa%3Db')
  assert.equal((await open('/console', owner.cookies)).status, 303)
  assert.equal(
    (await signIn({ token: right }, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).status,
    403,
  )
  assert.equal((await signIn({ token: right }, { origin: program.origin, 'sec-fetch-site': 'same-site' })).status, 403)

  for (const [returnTo, location] of [
    ['/console/users?a=b', '/console/users?a=b'],
    ['//evil.example', '/console'],
    ['/console/../../\\evil.example', '/console'],
    ['/console/\r\nset-cookie: a=b', '/console/set-cookie:%20a=b'],
    ['/account', '/console'],
  ] as const)
    assert.equal((await signIn({ token: right, return_to: returnTo })).headers.get('location'), location)
  const signedIn = await signIn({ token: right })
  const set = signedIn.headers.get('set-cookie') ?? ''
  assert.match(set, /^portcullis-\d+-console=portcullis_admin_[\w-]+; Path=\/; HttpOnly; SameSite=Strict$/)
  const [cookie = ''] = set.split(';')

  for (const path of roomPaths)
    assert.equal((await open(path, cookie)).status, path === '/console/tokens' ? 403 : 200, path)
  assert.equal((await fetch(`${program.origin}/console`, { headers: { cookie }, redirect: 'manual' })).status, 404)
  const invited = await fetch(`${at}/console/act/users.invite`, {
    method: 'POST',
    headers: { cookie, origin: at, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ recipient: 'Grace' }),
  })
  assert.match(await invited.text(), /class="secret"/)
  const out = await signIn({ leave: 'yes' })
  assert.match(out.headers.get('set-cookie') ?? '', /^portcullis-\d+-console=; Max-Age=0; Path=\//)

  const listed: { id: string }[] = JSON.parse(await command('tokens', 'list', '--json'))
  await command('tokens', 'revoke', listed[0]?.id ?? '')
  for (const path of [...roomPaths, '/console/attempts/events'])
    assert.equal((await open(path, cookie)).status, 303, path)
  const statuses = []
  for (let nth = 0; nth < 5; nth += 1) statuses.push((await signIn({ token: right })).status)
  assert.deepEqual(statuses, [422, 422, 422, 429, 429])
  assert.equal((await signIn({ token: await token('auditor') })).status, 303)
  assert.ok(!program.output().includes(right))
})

test('where the console is behind TLS, the cookie says so', async (t) => {
  const port = await freePort()
  const host = 'admin.example.com'
  const program = await startProgram(t, {
    argv: ['--upstream', 'http://127.0.0.1:1/mcp'],
    settings: `console: { listen: { host: 127.0.0.1, port: ${port} }, origin: https://${host} }`,
  })
  const { stdout } = await program.command(
    ...['tokens', 'create', '--name', 'x', '--role', 'auditor', '--database', `${program.folder}/portcullis.db`],
  )
  const body = new URLSearchParams({ token: stdout.trim() }).toString()
  const ask = (to: string) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      request(
        {
          ...{ host: '127.0.0.1', port, method: 'POST', path: '/console/sign-in' },
          headers: { host: to, origin: `https://${host}`, 'content-type': 'application/x-www-form-urlencoded' },
        },
        (answer) => resolve(answer.resume()),
      )
        .on('error', reject)
        .end(body)
    })

  const { headers } = await ask(host)
  assert.match(
    String(headers['set-cookie']),
    /^__Host-portcullis-console=portcullis_admin_[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
  )
  assert.equal((await ask(`127.0.0.1:${port}`)).statusCode, 403)
})

async function textOf(person: Person, path: string): Promise<string> {
  return (await person.open(path)).text()
}

/** The stream of a page that is live. */
async function listen(program: RunningProgram, person: Person) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { cookie: person.cookies }
    request(`${program.origin}/console/attempts/events`, { headers }, resolve).on('error', reject).end()
  })
  answer.on('error', () => {})
  const pieces = answer[Symbol.asyncIterator]()
  return {
    status: answer.statusCode,
    next: async () => String((await pieces.next()).value),
    leave: () => answer.destroy(),
  }
}
