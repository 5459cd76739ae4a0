import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createResourceServer, type ResourceServerOptions } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { resource } from '../world.ts'

const issuer = 'https://sso.example/realms/staff'
const oauthAt = 'https://sso.example/.well-known/oauth-authorization-server/realms/staff'
const openidAt = 'https://sso.example/realms/staff/.well-known/openid-configuration'
/** As no serializer of ours would write it. */
const verbatim = `{ "issuer" : "${issuer}",\n\t"token_endpoint":"${issuer}/token", "x":1.0, "é": "\\u00e9" }\n`
const openid = `{"issuer":"${issuer}","jwks_uri":"${issuer}/certs"}`
const oauthPaths = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/notes/mcp',
  '/notes/mcp/.well-known/oauth-authorization-server',
]
const openidPaths = [
  '/.well-known/openid-configuration',
  '/.well-known/openid-configuration/notes/mcp',
  '/notes/mcp/.well-known/openid-configuration',
]

test('law 15: the metadata of an external issuer are shown at the MCP host byte by byte, issuer included, at every place where clients look', async () => {
  const { ask } = mirrorWorld()

  for (const path of oauthPaths) {
    const answer = await ask(path, { headers: { origin: 'https://inspector.example' } })
    assert.equal(answer.status, 200)
    assert.equal(await answer.text(), verbatim)
    assert.equal(answer.headers.get('content-type'), 'application/json')
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.equal(answer.headers.get('set-cookie'), null)
  }
  for (const path of openidPaths) assert.equal(await (await ask(path)).text(), openid)
})

test('HEAD and preflights are answered there, and nothing is written', async () => {
  const { ask } = mirrorWorld()

  for (const path of [...oauthPaths, ...openidPaths, `${oauthPaths[0]}/`]) {
    const head = await ask(path, { method: 'HEAD' })
    assert.deepEqual([head.status, await head.text()], [200, ''])
    const preflight = { 'access-control-request-headers': 'mcp-protocol-version', origin: 'https://inspector.example' }
    const options = await ask(path, { method: 'OPTIONS', headers: preflight })
    assert.deepEqual(
      [options.status, options.headers.get('access-control-allow-headers')],
      [204, 'mcp-protocol-version'],
    )
    assert.equal((await ask(path, { method: 'POST' })).status, 405)
  }
})

test('law 15: nothing else of the issuer is at the MCP host, and without the option nothing at all', async () => {
  const { ask, rs } = mirrorWorld()
  const off = mirrorWorld({ mirrorMetadata: false })

  for (const path of [
    '/token',
    '/authorize',
    '/register',
    '/.well-known/jwks.json',
    '/.well-known/oauth-authorization-server/other',
  ])
    assert.equal((await ask(path, { method: 'POST' })).status, 404)
  for (const path of [...oauthPaths.slice(0, 2), ...openidPaths.slice(0, 2)]) {
    assert.ok(rs.isOwn({ url: path }) && !off.rs.isOwn({ url: path }))
    assert.equal((await off.ask(path)).status, 404)
  }
  assert.deepEqual(off.asked, [])
})

test('law 1: at another host nothing is shown', async () => {
  const { ask, asked, rs } = mirrorWorld()
  const elsewhere = { headers: { host: 'evil.example' } }

  const answer = await ask('/.well-known/oauth-authorization-server', elsewhere)
  const unguarded = rs.answerMirrored(
    new Request(new URL('/.well-known/oauth-authorization-server', resource), elsewhere),
  )

  assert.equal(answer.status, 403)
  assert.equal(unguarded, undefined)
  assert.deepEqual(asked, [])
})

test('the metadata are read once for all who ask, and anew every five minutes, behind the answer', async () => {
  const { ask, asked, now, documents } = mirrorWorld()

  await Promise.all(Array.from({ length: 50 }, () => ask(oauthPaths[0])))
  now.at += 299
  await ask(oauthPaths[1])
  assert.deepEqual(asked, [oauthAt])
  now.at += 1
  documents[oauthAt] = `{"issuer":"${issuer}","new":true}`
  assert.equal(await (await ask(oauthPaths[0])).text(), verbatim)
  await settled()
  assert.equal(await (await ask(oauthPaths[0])).text(), documents[oauthAt])
  assert.deepEqual(asked, [oauthAt, oauthAt])
})

test('while the issuer is down, what it said is shown on for a day, the log says so, and then it is 503', async () => {
  const { ask, asked, now, state, events } = mirrorWorld()
  await ask(oauthPaths[0])
  state.isUp = false

  now.at += 301
  assert.equal(await (await ask(oauthPaths[0])).text(), verbatim)
  await settled()
  assert.deepEqual(events.at(-1)?.isServedStale, true)
  const askedOnce = asked.length
  await ask(oauthPaths[0])
  assert.equal(asked.length, askedOnce, 'it is given a rest')
  now.at += 86_400
  const answer = await ask(oauthPaths[0])
  assert.equal(answer.status, 503)
})

test('an issuer that cannot be reached is 503 with Retry-After and without a challenge, is left in peace for a while, and found once it is there', async () => {
  const { ask, asked, now, state, rs } = mirrorWorld()
  state.isUp = false

  const answer = await ask(oauthPaths[0])

  assert.equal(answer.status, 503)
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  assert.equal(answer.headers.get('www-authenticate'), null)
  assert.equal(answer.headers.get('access-control-allow-origin'), '*')
  const before = asked.length
  assert.equal((await ask(oauthPaths[0])).status, 503)
  assert.equal(asked.length, before)
  await assert.rejects(rs.ready(), /fetch failed/)
  state.isUp = true
  now.at += 5
  assert.equal((await ask(oauthPaths[0])).status, 200)
})

for (const [what, document] of [
  ['of another issuer', '{"issuer":"https://evil.example"}'],
  ['without an issuer', '{}'],
  ['no JSON', '<html>'],
  ['no object', '"text"'],
  ['without end', `{"issuer":"${issuer}","x":"${'x'.repeat(1_100_000)}"}`],
] as const)
  test(`a document that is ${what} is not shown`, async () => {
    const { ask } = mirrorWorld({}, { [oauthAt]: document })

    assert.equal((await ask(oauthPaths[0])).status, 503)
  })

test('of an issuer that speaks OpenID Connect alone, its one document is at both places', async () => {
  const { ask } = mirrorWorld({}, { [openidAt]: openid })

  for (const path of [...oauthPaths, ...openidPaths]) assert.equal(await (await ask(path)).text(), openid)
})

test('of an issuer that has no OpenID Connect, there is none here', async () => {
  const { ask, asked } = mirrorWorld({}, { [oauthAt]: verbatim })

  for (const path of openidPaths) assert.equal((await ask(path)).status, 404)
  assert.equal(asked.length, 2, 'and that is remembered')
})

for (const authorizationServers of [['https://mcp.example'], ['https://mcp.example/auth']])
  test(`law 15: ${authorizationServers} has its metadata at the MCP host itself, and is not mirrored there`, () => {
    assert.throws(() => mirrorWorld({ authorizationServers }), /"mirrorMetadata" is for an issuer elsewhere/)
  })

function mirrorWorld(
  options: Partial<ResourceServerOptions> = {},
  published: Record<string, string> = { [oauthAt]: verbatim, [openidAt]: openid },
) {
  const documents = { ...published }
  const state = { isUp: true }
  const now = { at: 1_800_000_000 }
  const asked: string[] = []
  const events: Record<string, unknown>[] = []
  const rs = createResourceServer({
    resource,
    authorizationServers: [{ issuer, jwks: async () => ({ keys: [] }) }],
    mirrorMetadata: true,
    now: () => now.at,
    onEvent: (event) => events.push({ ...event }),
    async fetch({ url }) {
      asked.push(url)
      if (!state.isUp) throw new TypeError('fetch failed')
      const document = documents[url]
      return document === undefined ? new Response('', { status: 404 }) : new Response(document)
    },
    ...options,
  })
  const handler = protect(rs, () => new Response('let in'))
  const ask = (path = '', init: RequestInit = {}) => handler(new Request(new URL(path, resource), init))
  return { rs, ask, asked, now, state, events, documents }
}

/** What was begun behind an answer is done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}
