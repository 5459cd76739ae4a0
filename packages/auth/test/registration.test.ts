import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { attemptOf, authorize, consent, createWorld, register, type TestClient } from './world.ts'

async function post(
  world: ReturnType<typeof createWorld>,
  body: unknown,
  init: RequestInit & { address?: string } = {},
) {
  const response = await world.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...init,
  })
  return { status: response.status, headers: response.headers, body: await response.json() }
}

test('AS-10 a public client is registered and gets no secret; the answer echoes what was registered', async () => {
  const world = createWorld()

  const { status, headers, body } = await post(world, {
    client_name: 'Desk Agent',
    redirect_uris: ['http://127.0.0.1:8976/cb'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
    scope: 'notes:read',
    unknown_field: { a: 1 },
  })

  assert.equal(status, 201)
  assert.equal(headers.get('cache-control'), 'no-store')
  const { client_id, client_id_issued_at, ...echo } = body
  assert.match(client_id, /^[\w-]{22}$/)
  assert.equal(client_id_issued_at, 1_800_000_000)
  assert.deepEqual(echo, {
    redirect_uris: ['http://127.0.0.1:8976/cb'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    scope: 'notes:read',
    client_name: 'Desk Agent',
    application_type: 'native',
  })
})

test('AS-10 a confidential client gets a secret, and the store keeps its hash alone', async () => {
  const world = createWorld()

  const { body } = await post(world, { redirect_uris: ['https://client.example/cb'] })

  assert.equal(body.token_endpoint_auth_method, 'client_secret_basic')
  assert.equal(body.client_secret_expires_at, 0)
  const record = await world.store.get('client', body.client_id)
  assert.ok(!JSON.stringify(record).includes(body.client_secret))
})

test('AS-31 law 4: VS Code’s four URIs and Cursor’s three are accepted whole', async () => {
  const world = createWorld()
  const lists = [
    [
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect',
      'http://127.0.0.1/',
      'http://127.0.0.1:33418/',
    ],
    [
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
      'cursor://anysphere.cursor-mcp/oauth/callback',
    ],
  ]

  for (const redirect_uris of lists)
    assert.deepEqual((await post(world, { redirect_uris })).body.redirect_uris, redirect_uris)
})

test('law 4: unsupported URIs are dropped and the answer says what was accepted; with none left it is invalid_redirect_uri', async () => {
  const world = createWorld()
  const bad = [
    'http://evil.example/cb',
    'https://a.example/cb#f',
    'https://user@a.example/cb',
    'https://*.example/cb',
    'not a uri',
    'https://a.example/\u00e9',
  ]

  const some = await post(world, { redirect_uris: [...bad, 'https://client.example/cb'] })
  const none = await post(world, { redirect_uris: bad })

  assert.deepEqual(some.body.redirect_uris, ['https://client.example/cb'])
  assert.deepEqual([none.status, none.body.error], [400, 'invalid_redirect_uri'])
})

for (const uri of [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'blob:https://a/b',
  'about:blank',
  'vbscript:x',
  'view-source:https://a',
])
  test(`law 4: ${JSON.stringify(uri)} among good ones refuses the whole registration`, async () => {
    const { status, body } = await post(createWorld(), { redirect_uris: ['https://client.example/cb', uri] })

    assert.deepEqual([status, body.error], [400, 'invalid_redirect_uri'])
  })

const refused: [string, unknown, string][] = [
  ['an array', [], 'invalid_client_metadata'],
  ['no redirect URIs', {}, 'invalid_redirect_uri'],
  ['an empty list of redirect URIs', { redirect_uris: [] }, 'invalid_redirect_uri'],
  ['redirect URIs that are no strings', { redirect_uris: [1] }, 'invalid_redirect_uri'],
  ['a text for redirect URIs', { redirect_uris: 'https://client.example/cb' }, 'invalid_redirect_uri'],
  [
    'too many redirect URIs',
    { redirect_uris: Array.from({ length: 21 }, (_, n) => `https://client.example/${n}`) },
    'invalid_redirect_uri',
  ],
  [
    'private_key_jwt, which comes later',
    { redirect_uris: ['https://c.example/'], token_endpoint_auth_method: 'private_key_jwt' },
    'invalid_client_metadata',
  ],
  [
    'an implicit client',
    { redirect_uris: ['https://c.example/'], response_types: ['token'] },
    'invalid_client_metadata',
  ],
  [
    'a client of passwords',
    { redirect_uris: ['https://c.example/'], grant_types: ['password'] },
    'invalid_client_metadata',
  ],
  ['a name that is no text', { redirect_uris: ['https://c.example/'], client_name: {} }, 'invalid_client_metadata'],
  [
    'a name of 10,000 characters',
    { redirect_uris: ['https://c.example/'], client_name: 'x'.repeat(10_000) },
    'invalid_client_metadata',
  ],
  ['text that is not JSON', '{"redirect_uris":', 'invalid_client_metadata'],
]
for (const [what, body, error] of refused)
  test(`AS-10 ${what} is refused as ${error}`, async () => {
    const answer = await post(createWorld(), body)

    assert.deepEqual([answer.status, answer.body.error], [400, error])
    assert.match(answer.body.error_description, /^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/)
  })

test('a name cannot hide what it says: controls and directional overrides are taken out', async () => {
  const { body } = await post(createWorld(), {
    redirect_uris: ['https://c.example/'],
    client_name: 'Cl\u202eedua\u0000\u200b x',
  })

  assert.equal(body.client_name, 'Cleduax'.replace('x', ' x'))
})

test('AS-10 grants and authentication methods that cannot be given are left out where something is left', async () => {
  const { body } = await post(createWorld(), {
    redirect_uris: ['https://c.example/'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    response_types: ['code', 'id_token'],
  })

  assert.deepEqual(body.grant_types, ['authorization_code', 'refresh_token'])
  assert.deepEqual(body.response_types, ['code'])
})

test('registrations are limited by address, or by /64 for IPv6', async () => {
  const world = createWorld({ as: { registrationLimit: 2 } })
  const body = { redirect_uris: ['https://c.example/'] }

  const statuses = []
  for (const address of ['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:3:4:5:6', '2001:db8:1:3::1', '192.0.2.1'])
    statuses.push((await post(world, body, { address })).status)

  assert.deepEqual(statuses, [201, 201, 429, 201, 201])
})

test('registrations are limited by /48 for IPv6 too, at ten times as many', async () => {
  const world = createWorld({ as: { registrationLimit: 1 } })
  const body = { redirect_uris: ['https://c.example/'] }

  const statuses = []
  for (let network = 0; network < 11; network += 1)
    statuses.push((await post(world, body, { address: `2001:db8:1:${network}::1` })).status)
  const elsewhere = await post(world, body, { address: '2001:db8:2::1' })

  assert.deepEqual(statuses, [...Array(10).fill(201), 429])
  assert.equal(elsewhere.status, 201)
})

test('a registration longer than 8 KiB is refused, one as long as that is not, and its event is short', async () => {
  const world = createWorld()
  const redirect_uris = Array.from({ length: 15 }, (_, nth) => `https://c.example/${nth}`.padEnd(500, '/'))
  const ofLength = (length: number) => {
    const { length: without } = JSON.stringify({ redirect_uris, padding: '' })
    return JSON.stringify({ redirect_uris, padding: 'x'.repeat(length - without) })
  }

  const [longest, tooLong] = [await post(world, ofLength(8192)), await post(world, ofLength(8193))]

  assert.equal(longest.status, 201)
  assert.deepEqual([tooLong.status, tooLong.body.error], [400, 'invalid_client_metadata'])
  const [registered] = world.events.filter(({ type }) => type === 'client_registered')
  assert.ok(JSON.stringify(registered).length < 1500)
})

test('clients to whom nobody consents have so many places, and each takes that of the oldest; others are kept', async () => {
  const world = createWorld({ as: { unusedClientLimit: 3 } })
  const used = await register(world)
  await consent(world, attemptOf(used))
  const unused = []
  for (let nth = 0; nth < 5; nth += 1) unused.push(await register(world))

  const statuses = []
  for (const client of [used, ...unused]) statuses.push((await authorize(world, attemptOf(client))).status)

  assert.deepEqual(statuses, [200, 400, 400, 200, 200, 200])
})

for (const token_endpoint_auth_method of ['none', 'client_secret_basic'])
  test(`clients (${token_endpoint_auth_method}) that register at the same time get a place each, and no more of them are kept than there are places`, async () => {
    const world = createWorld({ as: { unusedClientLimit: 4 } })

    const clients = await Promise.all(Array.from({ length: 20 }, () => register(world, { token_endpoint_auth_method })))

    const answers = await Promise.all(clients.map((client) => authorize(world, attemptOf(client))))
    assert.equal(answers.filter(({ status }) => status === 200).length, 4)
  })

test('registrations that are refused, and those that are the same again, leave everybody their place', async () => {
  const world = createWorld({ as: { unusedClientLimit: 3, registrationLimit: 1 } })
  const redirect_uris = ['https://c.example/']
  const registerFrom = (address: string) => post(world, { redirect_uris, client_name: address }, { address })
  const same = { client_name: 'same', redirect_uris, token_endpoint_auth_method: 'none' }
  const first = await registerFrom('192.0.2.1')
  const second = await registerFrom('192.0.2.2')

  const repeated = await Promise.all(['192.0.2.3', '192.0.2.4'].map((address) => post(world, same, { address })))
  const refused = await Promise.all(Array.from({ length: 20 }, () => registerFrom('192.0.2.1')))
  const third = await registerFrom('192.0.2.5')

  assert.deepEqual(new Set(refused.map(({ status }) => status)), new Set([429]))
  const statuses = []
  for (const { body } of [first, second, ...repeated, third])
    statuses.push(
      (await authorize(world, attemptOf({ clientId: body.client_id, redirectUri: redirect_uris[0] ?? '' }))).status,
    )
  assert.deepEqual(statuses, [400, 200, 200, 200, 200])
})

test('processes go round together: nobody loses a place before nearly all of them are taken', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  const as = { unusedClientLimit: 1024, registrationLimit: 10_000 }
  const worlds = [createWorld({ store, as }), createWorld({ store, as })]
  const registerMany = async (count: number) => {
    const clients = []
    for (let nth = 0; nth < count; nth += 1)
      for (const world of worlds)
        clients.push(await register(world, { client_name: `${worlds.indexOf(world)} ${nth}` }))
    return clients
  }
  const statusOf = async (client: TestClient) => (await authorize(createWorld({ store, as }), attemptOf(client))).status

  const first = await registerMany(500)
  const kept = await Promise.all([...first.slice(0, 20), ...first.slice(-20)].map(statusOf))
  await registerMany(24)
  const gone = await Promise.all(first.slice(0, 10).map(statusOf))

  assert.deepEqual([new Set(kept), new Set(gone)], [new Set([200]), new Set([400])])
})

test('a place that one process asked for long ago is not taken from whoever came by it at another since', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  const as = { unusedClientLimit: 512, registrationLimit: 10_000 }
  const [idle, busy] = [createWorld({ store, as }), createWorld({ store, as })]
  await register(idle, { client_name: 'the first of its round' })
  busy.clock.now += 60
  idle.clock.now += 60
  const others = []
  for (let nth = 0; nth < 512; nth += 1) others.push(await register(busy, { client_name: `${nth}` }))

  await register(idle, { client_name: 'the second of its round' })

  const statuses = await Promise.all(
    others.slice(-20).map(async (client) => (await authorize(busy, attemptOf(client))).status),
  )
  assert.deepEqual(new Set(statuses), new Set([200]))
})

test('processes that go round few places together take each of them once before any is taken again', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  const as = { unusedClientLimit: 16 }
  const worlds = [createWorld({ store, as }), createWorld({ store, as })] as const

  const clients = []
  for (let nth = 0; nth < 8; nth += 1) for (const world of worlds) clients.push(await register(world))

  const answers = await Promise.all(clients.map((client) => authorize(worlds[0], attemptOf(client))))
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
})

test('a store that could not say whose place is next keeps nobody out once it can', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  let isDown = true
  const world = createWorld({
    store: {
      ...store,
      count: (name, lifetime) =>
        isDown && name.includes('unused') ? Promise.reject(new Error('down')) : store.count(name, lifetime),
    },
  })

  const during = await Promise.all([1, 2].map((nth) => post(world, { redirect_uris: [`https://c.example/${nth}`] })))
  isDown = false
  const after = await post(world, { redirect_uris: ['https://c.example/3'] })

  assert.deepEqual(
    [...during, after].map(({ status }) => status),
    [500, 500, 201],
  )
})

test('a place that one process was given back is not taken from whoever came by it at another since', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  const as = { unusedClientLimit: 5, registrationLimit: 1 }
  const [one, other] = [createWorld({ store, as }), createWorld({ store, as })]
  const registerFrom = async (world: typeof one, address: string) => {
    const redirectUri = 'https://c.example/'
    const answer = await post(world, { redirect_uris: [redirectUri], client_name: address }, { address })
    return { status: answer.status, client: { clientId: String(answer.body.client_id), redirectUri } }
  }
  await registerFrom(one, '192.0.2.1')
  assert.equal((await registerFrom(one, '192.0.2.1')).status, 429)
  one.clock.now += 60
  other.clock.now += 60
  const others = []
  for (let nth = 0; nth < 5; nth += 1) others.push((await registerFrom(other, `198.51.100.${nth}`)).client)

  await registerFrom(one, '192.0.2.2')

  const statuses = []
  for (const client of others) statuses.push((await authorize(other, attemptOf(client))).status)
  assert.deepEqual(statuses, [400, 200, 200, 200, 200]) // the oldest went
})

test('a client to which nobody consents is forgotten after a week, and one that somebody consented to is kept', async () => {
  const world = createWorld()
  const [used, unused] = [await register(world), await register(world)]
  await consent(world, attemptOf(used))

  world.clock.now += 7 * 86_400 - 1
  const before = await authorize(world, attemptOf(unused))
  world.clock.now += 1
  const after = await authorize(world, attemptOf(unused))
  const kept = await authorize(world, attemptOf(used))

  assert.deepEqual([before.status, after.status, kept.status], [200, 400, 200])
})

test('two people who consent to a new client at the same time both get a code', async () => {
  const world = createWorld()
  const client = await register(world)

  const answers = await Promise.all(Array.from({ length: 10 }, () => consent(world, attemptOf(client))))

  assert.equal(new Set(answers.map((answer) => answer.get('code'))).size, 10)
})

test('AS-25 identifiers are words to a shell, and no URLs: letters and digits alone', async () => {
  const world = createWorld()

  for (let nth = 0; nth < 100; nth += 1) {
    const { body } = await post(world, { redirect_uris: ['https://c.example/'], token_endpoint_auth_method: 'none' })
    assert.match(body.client_id, /^[A-Za-z0-9]{22}$/)
  }
})

test('law 13: a client with keys at a URL is not registered where nothing is fetched, since it could never authenticate', async () => {
  const body = {
    redirect_uris: ['https://client.example/callback'],
    jwks_uri: 'https://client.example/jwks.json',
  }
  const world = createWorld()

  const withKeys = await post(world, { ...body, token_endpoint_auth_method: 'private_key_jwt' })
  const withSecret = await post(world, { ...body, token_endpoint_auth_method: 'client_secret_basic' })

  assert.deepEqual([withKeys.status, withKeys.body.error], [400, 'invalid_client_metadata'])
  assert.equal(withSecret.status, 201)
})
