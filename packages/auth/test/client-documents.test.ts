import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuthorizationServerOptions,
  createAuthorizationServer,
  type FetchedDocument,
  type HostPolicy,
} from '@portcullis/auth/authorization-server'
import { createGuardedFetch } from '@portcullis/auth/node'
import { memoryStore } from '@portcullis/auth/stores/memory'
import {
  alice,
  attemptOf,
  authorize,
  consent,
  createWorld,
  exchange,
  formOf,
  postForm,
  refresh,
  type TestClient,
  type World,
} from './world.ts'

const clientId = 'https://client.example/mcp.json'
const client: TestClient = { clientId, redirectUri: 'https://client.example/callback' }
const described = {
  client_id: clientId,
  client_name: 'A client',
  redirect_uris: [client.redirectUri, 'http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
}

test('AS-11 AS-12 AS-15 a client that a document describes signs in, and refreshes, and nobody registered it', async () => {
  const { world } = describing()
  const attempt = attemptOf(client)

  const code = (await consent(world, attempt)).get('code') ?? ''
  const { status, body } = await exchange(world, attempt, code)
  const again = await refresh(world, client, body.refresh_token ?? '')

  assert.deepEqual([status, again.status], [200, 200])
  assert.equal((await metadataOf(world)).client_id_metadata_document_supported, true)
})

test('AS-16 what a document said is used for as long as its host says, for a minute at the least and a day at the most', async () => {
  for (const [cacheControl, seconds] of [
    ['max-age=600', 600],
    ['no-store', 60],
    ['max-age=9999999', 24 * 3600],
    ['public, s-maxage=120, max-age=5', 120],
    [undefined, 3600],
  ] as const) {
    const { world, asked } = describing(described, cacheControl === undefined ? {} : { 'cache-control': cacheControl })
    await authorize(world, attemptOf(client))
    world.clock.now += seconds - 1
    await authorize(world, attemptOf(client))
    assert.equal(asked.length, 1, cacheControl)
    world.clock.now += 1
    await authorize(world, attemptOf(client))
    assert.equal(asked.length, 2, cacheControl)
  }
})

test('what a document said is kept while it is fresh where nobody has let its client in, and for a week where somebody has', async () => {
  const { world, host } = describing(described, { 'cache-control': 'max-age=600' })
  await authorize(world, attemptOf(client))

  const before = await world.store.get('clientDocument', clientId)
  const code = (await consent(world, attemptOf(client))).get('code')
  const after = await world.store.get('clientDocument', clientId)
  world.clock.now += 600
  host.answer = { kind: 'failure', reason: 'unreachable', detail: 'no connection' }
  const later = await authorize(world, attemptOf(client))

  assert.notEqual(code, null)
  assert.equal(before?.expiresAt, 1_800_000_000 + 600)
  assert.equal(after?.expiresAt, 1_800_000_000 + 7 * 24 * 3600)
  assert.equal(later.status, 200)
})

test('of documents whose clients nobody has let in 500 are kept, each in the place of the oldest; one that somebody let in stays', async () => {
  const { world, host } = describing(described, { 'cache-control': 'max-age=86400' })
  await consent(world, attemptOf(client))
  const ask = (identifier: string, at: number) => {
    host.answer = answerOf(JSON.stringify({ ...described, client_id: identifier }), 200, {
      'cache-control': 'max-age=86400',
    })
    return world.send(`/authorize?client_id=${encodeURIComponent(identifier)}`, { address: `192.0.2.${at % 250}` })
  }
  const identifiers = Array.from({ length: 1100 }, (_, at) => `https://host-${at}.example/client.json`)
  for (const [at, identifier] of identifiers.entries()) await ask(identifier, at)

  const kept: string[] = []
  for (const identifier of [clientId, ...identifiers])
    if ((await world.store.get('clientDocument', identifier)) !== undefined) kept.push(identifier)

  assert.deepEqual(kept, [clientId, ...identifiers.slice(-500)])
})

test('of documents whose clients somebody let in 1,000 are kept, whoever lets in how many', async () => {
  const { world, host } = describing(described, { 'cache-control': 'max-age=86400' })
  const identifiers = Array.from({ length: 1100 }, (_, at) => `https://host-${at}.example/client.json`)
  for (const [at, identifier] of identifiers.entries()) {
    host.answer = answerOf(JSON.stringify({ ...described, client_id: identifier }))
    if (at % 100 === 0) world.clock.now += 60 // for the limit on fetches
    world.person.signedIn = { subject: `person-${at % 3}`, authTime: world.clock.now, sessionId: 's' }
    const attempt = attemptOf({ ...client, clientId: identifier })
    await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  }

  const kept: string[] = []
  for (const identifier of identifiers)
    if ((await world.store.get('clientDocument', identifier)) !== undefined) kept.push(identifier)

  assert.deepEqual(kept, identifiers.slice(-1000))
})

for (const type of ['text/html', 'text/plain', 'application/octet-stream', 'application/jsonp', 'text/json', ''])
  test(`AS-14 a document that is served as ${JSON.stringify(type)} is none`, async () => {
    const { world } = describing(described, { 'content-type': type })

    const response = await authorize(world, attemptOf(client))

    assert.equal(response.status, 400)
    assert.match(await response.text(), /application\/json/)
    assert.equal(await world.store.get('clientDocument', clientId), undefined)
  })

for (const type of ['application/json', 'Application/JSON; charset=utf-8', 'application/oauth-client+json'])
  test(`AS-14 a document that is served as ${type} is taken`, async () => {
    const { world } = describing(described, { 'content-type': type })

    assert.equal((await authorize(world, attemptOf(client))).status, 200)
  })

const unusable: Readonly<Record<string, unknown>> = {
  'AS-13 names another client': { ...described, client_id: 'https://client.example/other.json' },
  'AS-13 spells its identifier in another way': { ...described, client_id: 'https://CLIENT.example/mcp.json' },
  'AS-14 has no name': { ...described, client_name: undefined },
  'AS-14 has no redirect URI': { ...described, redirect_uris: undefined },
  'AS-14 is no JSON': '<html>',
  'AS-14 is a list': [],
  'AS-24 wants to authenticate with a secret': { ...described, token_endpoint_auth_method: 'client_secret_basic' },
  'AS-24 publishes a secret': { ...described, client_secret: 'x' },
  'AS-25 publishes a private key': {
    ...described,
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ kty: 'OKP', crv: 'Ed25519', x: 'x'.repeat(43), d: 'd'.repeat(43) }] },
  },
  'law 4 has a redirect URI that can run script': { ...described, redirect_uris: ['javascript:alert(1)'] },
}

for (const [title, document] of Object.entries(unusable))
  test(`AS-17 a document that ${title} is refused on a page, and nothing is kept`, async () => {
    const { world } = describing(document)

    const response = await authorize(world, attemptOf(client))

    assert.equal(response.status, 400)
    assert.equal(response.headers.get('location'), null)
    assert.match(await response.text(), /invalid_client/)
    assert.equal(await world.store.get('clientDocument', clientId), undefined)
  })

for (const status of [201, 203, 206, 302])
  test(`AS-25 a document that comes with ${status} is none: 200 alone counts`, async () => {
    const { world, host } = describing()
    host.answer = answerOf(JSON.stringify(described), status)

    const response = await authorize(world, attemptOf(client))

    assert.deepEqual([response.status, response.headers.get('location')], [400, null])
    assert.equal(await world.store.get('clientDocument', clientId), undefined)
  })

test('AS-20 AS-22 the consent page names the host behind the identifier beside where the code goes, and loads no logo', async () => {
  const { world } = describing({ ...described, logo_uri: 'https://client.example/logo.png' })

  const page = await authorize(world, attemptOf(client, { redirect_uri: 'http://127.0.0.1:8080/callback' }))

  const text = await page.text()
  assert.match(text, />[^<]*\bclient\.example\b/)
  assert.match(text, /127\.0\.0\.1:8080/)
  assert.match(text, /program on your device/)
  assert.doesNotMatch(text, /logo\.png/)
})

for (const [title, identifier] of Object.entries({
  'has no path': 'https://client.example/',
  'is not https': 'http://client.example/mcp.json',
  'has a fragment': 'https://client.example/mcp.json#a',
  'has a user name': 'https://me@client.example/mcp.json',
  'has dot segments': 'https://client.example/a/../mcp.json',
  'has encoded dot segments': 'https://client.example/a/%2e%2e/mcp.json',
  'has a default port': 'https://client.example:443/mcp.json',
  'has a host in capitals': 'https://Client.example/mcp.json',
}))
  test(`AS-23 an identifier that ${title} is refused, and nobody is asked`, async () => {
    const { world, asked } = describing()

    const response = await authorize(world, attemptOf({ ...client, clientId: identifier }))

    assert.equal(response.status, 400)
    assert.deepEqual(asked, [])
  })

test('AS-15 a redirect URI that the document does not name is refused on a page', async () => {
  const { world } = describing()

  const response = await authorize(world, attemptOf(client, { redirect_uri: 'https://evil.example/callback' }))

  assert.equal(response.status, 400)
  assert.equal(response.headers.get('location'), null)
})

test('the port of a loopback redirect is free, as RFC 8252 §7.3 has it', async () => {
  const { world } = describing()

  const response = await authorize(world, attemptOf(client, { redirect_uri: 'http://127.0.0.1:49152/callback' }))

  assert.equal(response.status, 200)
})

test('AS-26 nobody who is not signed in has us fetch what they name, and their request goes on afterwards', async () => {
  const { world, asked } = describing()
  world.person.signedIn = undefined

  const response = await authorize(world, attemptOf(client))
  const silent = await authorize(world, attemptOf(client, { prompt: 'none' }))

  assert.equal(response.status, 303)
  assert.match(response.headers.get('location') ?? '', /^\/sign-in\?to=https/)
  assert.equal(silent.status, 400)
  assert.equal(silent.headers.get('location'), null)
  assert.deepEqual(asked, [])
  world.person.signedIn = alice
  assert.equal((await authorize(world, attemptOf(client))).status, 200)
})

test('nobody signs in for a client that cannot be let in, and it is told so at the token endpoint', async () => {
  for (const [{ world, asked }, identifier] of [
    [describing(), 'http://client.example/mcp.json'],
    [describing(described, {}, ['other.example']), clientId],
    [{ world: createWorld(), asked: [] }, clientId],
  ] as const) {
    world.person.signedIn = undefined

    const response = await authorize(world, attemptOf({ ...client, clientId: identifier }))
    const { status, body } = await refresh(world, { ...client, clientId: identifier }, 'x')

    assert.deepEqual([response.status, status, body.error], [400, 401, 'invalid_client'])
    assert.deepEqual(asked, [])
  }
})

const outages: Readonly<Record<string, FetchedDocument>> = {
  'cannot be reached': { kind: 'failure', reason: 'unreachable', detail: 'no connection' },
  'does not answer in time': { kind: 'failure', reason: 'timed_out', detail: 'no answer' },
  'answers 503': answerOf('', 503),
  'answers 429': answerOf('', 429),
  'takes us for a robot': answerOf('<title>Just a moment', 403, { 'cf-mitigated': 'challenge' }),
  'answers with a page for people (403)': answerOf('<h1>Forbidden', 403, { 'content-type': 'text/html' }),
}

for (const [title, outage] of Object.entries(outages)) {
  test(`where the host of a document ${title}, what it said before goes on for a week, and is told`, async () => {
    const { world, host } = describing()
    await consent(world, attemptOf(client))
    host.answer = outage

    world.clock.now += 7 * 24 * 3600 - 1
    const within = await authorize(world, attemptOf(client))
    world.clock.now += 1
    const beyond = await authorize(world, attemptOf(client))

    assert.equal(within.status, 200)
    assert.equal(beyond.status, 503)
    assert.deepEqual(
      world.events.flatMap((event) => (event.type === 'client_document_failed' ? [event.served] : [])),
      ['kept', 'nothing'],
    )
  })

  test(`where the host of a document ${title} that nobody has read lately, it is told apart from an unknown client`, async () => {
    const { world, host } = describing()
    await consent(world, attemptOf(client))
    host.answer = outage
    const kept = await world.store.get('clientDocument', clientId)
    assert.ok(kept)
    await world.store.commit([{ kind: 'clientDocument', id: clientId, version: kept.version, value: undefined }])

    const answer = await authorize(world, attemptOf(client))
    const page = await answer.text()
    const token = await refresh(world, client, 'x')

    assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '30'])
    assert.match(page, /cannot be fetched from client\.example/)
    assert.match(page, /temporarily_unavailable/)
    assert.equal(token.status, 503)
    assert.equal(token.body.error, 'temporarily_unavailable')
  })
}

for (const answer of [answerOf('', 404), answerOf('', 410), answerOf('', 301, { location: 'https://client.example/' })])
  test(`AS-25 a document that is gone (${answer.status}) is gone at once, whatever it said before`, async () => {
    const { world, host } = describing()
    await consent(world, attemptOf(client))
    host.answer = answer
    world.clock.now += 3600

    const response = await authorize(world, attemptOf(client))

    assert.equal(response.status, 400)
    assert.match(await response.text(), /invalid_client/)
  })

const vscode: TestClient = {
  clientId: 'https://vscode.dev/oauth/client-metadata.json',
  redirectUri: 'http://127.0.0.1:33418/',
}
const released = Date.UTC(2026, 10, 26) / 1000
const days = 24 * 3600

test('where the host of a well-known client cannot be asked, what its document said at the release stands in for 180 days', async () => {
  const { world, host } = describing()
  host.answer = outages['cannot be reached'] ?? assert.fail()
  const statuses: number[] = []
  for (const age of [0, 90 * days - 1, 90 * days, 180 * days - 1, 180 * days]) {
    world.clock.now = released + age
    world.person.signedIn = { ...alice, authTime: world.clock.now }
    statuses.push((await authorize(world, attemptOf(vscode))).status)
  }

  assert.deepEqual(statuses, [200, 200, 200, 200, 503])
  assert.deepEqual(
    world.events.flatMap((event) => (event.type === 'client_document_failed' ? [[event.served, event.isOld]] : [])),
    [
      ['bundled', undefined],
      ['bundled', undefined],
      ['bundled', true],
      ['bundled', true],
      ['nothing', undefined],
    ],
  )
})

const challenges: Readonly<Record<string, FetchedDocument>> = {
  'of Cloudflare': answerOf('<title>Just a moment', 403, { 'cf-mitigated': 'challenge' }),
  'of AWS WAF': answerOf('', 202, { 'x-amzn-waf-action': 'challenge' }),
  'of AWS WAF for people': answerOf('', 405, { 'x-amzn-waf-action': 'captcha' }),
  'of Vercel': answerOf('<title>Vercel Security Checkpoint', 429, { 'x-vercel-mitigated': 'challenge' }),
}

for (const [title, answer] of Object.entries(challenges))
  test(`where a bot challenge ${title} answers for the host of a well-known client, its copy stands in`, async () => {
    const { world, host } = describing()
    world.clock.now = released
    host.answer = answer

    assert.equal((await authorize(world, attemptOf(vscode))).status, 200)
  })

const words: Readonly<Record<string, { answer: FetchedDocument; status: number }>> = {
  'says that it is gone': { answer: answerOf('', 410), status: 400 },
  'says that it is not there': { answer: answerOf('', 404), status: 400 },
  'says that it is not there, behind a network that challenges': {
    answer: answerOf('', 404, { 'cf-mitigated': 'challenge' }),
    status: 400,
  },
  'has another document': {
    answer: answerOf(JSON.stringify({ ...described, client_id: vscode.clientId })),
    status: 400,
  },
  'has a document without end': { answer: { kind: 'failure', reason: 'too_long', detail: 'too long' }, status: 400 },
  'leads to no address that may be asked': {
    answer: { kind: 'failure', reason: 'refused', detail: 'it leads inside' },
    status: 400,
  },
  'forbids it to programs': { answer: answerOf('{}', 403), status: 400 },
  'forbids it with a page': { answer: answerOf('<h1>Forbidden', 403, { 'content-type': 'text/html' }), status: 503 },
  'is asked too often': { answer: answerOf('', 429), status: 503 },
  'has a rule against us': { answer: answerOf('', 403, { 'x-vercel-mitigated': 'deny' }), status: 400 },
}

for (const [title, { answer, status }] of Object.entries(words))
  test(`where the host of a well-known client ${title}, nothing stands in`, async () => {
    const { world, host } = describing()
    world.clock.now = released
    host.answer = answer

    const first = await authorize(world, attemptOf(vscode))
    const again = await authorize(world, attemptOf(vscode))

    assert.deepEqual([first.status, again.status], [status, status])
  })

test('copies are not used where they are switched off', async () => {
  const { world, host } = describing(described, {}, undefined, false)
  world.clock.now = released
  host.answer = outages['cannot be reached'] ?? assert.fail()

  assert.equal((await authorize(world, attemptOf(vscode))).status, 503)
})

test('an outage is not met anew by everybody who comes within half a minute', async () => {
  const { world, host, asked } = describing()
  host.answer = outages['does not answer in time'] ?? assert.fail()

  for (let at = 0; at < 3; at += 1) await authorize(world, attemptOf(client))
  assert.equal(asked.length, 1)
  world.clock.now += 30
  await authorize(world, attemptOf(client))
  assert.equal(asked.length, 2)
})

test('AS-21 where hosts are named, clients come from those alone', async () => {
  const { world, asked } = describing(described, {}, ['other.example'])

  const response = await authorize(world, attemptOf(client))

  assert.equal(response.status, 400)
  assert.deepEqual(asked, [])
})

test('AS-21 a host may be named with its port, and is then let in from that one alone', async () => {
  const there = 'https://client.example:8443/mcp.json'
  const { world } = describing({ ...described, client_id: there }, {}, ['client.example:8443'])

  const [named, other] = [there, clientId].map((identifier) => attemptOf({ ...client, clientId: identifier }))

  assert.equal((await authorize(world, named ?? assert.fail())).status, 200)
  assert.equal((await authorize(world, other ?? assert.fail())).status, 400)
})

const policies: readonly [title: string, hosts: HostPolicy | readonly string[], url: string, isAllowed: boolean][] = [
  ['a host that is denied', { deny: ['client.example'] }, 'https://client.example/mcp.json', false],
  ['one that is denied, at another port', { deny: ['client.example'] }, 'https://client.example:8443/mcp.json', false],
  [
    'one that is denied, with the dot that ends it',
    { deny: ['client.example'] },
    'https://client.example./mcp.json',
    false,
  ],
  [
    'one that is denied, with dots that no name has',
    { deny: ['client.example'] },
    'https://client.example../mcp.json',
    false,
  ],
  ['one below one that is denied by itself', { deny: ['client.example'] }, 'https://a.client.example/mcp.json', true],
  ['one below a denied pattern', { deny: ['*.client.example'] }, 'https://a.b.client.example/mcp.json', false],
  [
    'one below a denied pattern, with the last dot',
    { deny: ['*.client.example'] },
    'https://a.client.example./mcp.json',
    false,
  ],
  ['the name of a denied pattern itself', { deny: ['*.client.example'] }, 'https://client.example/mcp.json', true],
  ['one that ends like a denied pattern', { deny: ['*.client.example'] }, 'https://evilclient.example/mcp.json', true],
  [
    'one that is allowed and denied',
    { allow: ['client.example'], deny: ['client.example'] },
    'https://client.example/mcp.json',
    false,
  ],
  ['one below an allowed pattern', { allow: ['*.client.example'] }, 'https://a.client.example/mcp.json', true],
  [
    'one that ends like an allowed pattern',
    { allow: ['*.client.example'] },
    'https://evilclient.example/mcp.json',
    false,
  ],
  ['any where nobody is allowed', [], 'https://client.example/mcp.json', false],
]
for (const [title, hosts, url, isAllowed] of policies)
  test(`AS-21 a client from ${title} is ${isAllowed ? 'asked for' : 'refused, and nobody is asked'}`, async () => {
    const { world, asked } = describing({ ...described, client_id: url }, {}, hosts)

    const { status } = await authorize(world, attemptOf({ ...client, clientId: url }))

    assert.deepEqual([status, asked], isAllowed ? [200, [url]] : [400, []])
  })

test('AS-21 a client from a host that is denied since has nothing more of what it was given', async () => {
  const before = describing()
  const attempt = attemptOf(client)
  const { body } = await exchange(before.world, attempt, (await consent(before.world, attempt)).get('code') ?? '')
  const after = createWorld({
    store: before.world.store,
    as: {
      clientDocuments: {
        hosts: { deny: ['client.example'] },
        dangerouslyUnguardedFetch: async () => before.host.answer,
      },
    },
  })

  const { status, body: refused } = await refresh(after, client, body.refresh_token ?? '')

  assert.deepEqual([status, refused.error], [401, 'invalid_client'])
})

for (const pattern of [
  'Client.example',
  'client.example:443',
  'https://client.example',
  'client.*',
  '*',
  'bücher.example',
  'client.example.',
  '*.client.example:8443',
  '',
])
  test(`AS-21 ${JSON.stringify(pattern)} is no pattern of hosts, and a server with it is not made`, () => {
    for (const hosts of [[pattern], { allow: [pattern] }, { deny: [pattern] }])
      assert.throws(() => describing(described, {}, hosts), { name: 'TypeError', message: /clientDocuments\.hosts/ })
  })

test('law 8: documents are fetched by a guarded fetch, or under a name that alarms', () => {
  const make = (clientDocuments: AuthorizationServerOptions['clientDocuments'], as = {}) =>
    createWorld({ as: { ...(clientDocuments !== undefined && { clientDocuments }), ...as } })
  const fetch = async () => answerOf('')

  assert.throws(() => make({ fetch }), { name: 'TypeError', message: /must be createGuardedFetch\(\)/ })
  assert.throws(() => make({}), { name: 'TypeError', message: /must have "fetch": createGuardedFetch\(\)/ })
  assert.throws(() => make({ fetch: createGuardedFetch(), dangerouslyUnguardedFetch: fetch }), TypeError)
  assert.doesNotThrow(() => make({ fetch: createGuardedFetch() }))
  assert.doesNotThrow(() => make({ dangerouslyUnguardedFetch: fetch }))
})

test('law 8: a fetch that asks loopback hosts is for a server on loopback alone', () => {
  const clientDocuments = { fetch: createGuardedFetch({ dangerouslyAllowLoopback: ['localhost:8080'] }) }
  const local = 'http://localhost:7080'

  assert.throws(() => createWorld({ as: { clientDocuments } }), {
    name: 'TypeError',
    message: /dangerouslyAllowLoopback/,
  })
  assert.doesNotThrow(() =>
    createAuthorizationServer({
      issuer: local,
      resources: [{ resource: `${local}/mcp`, scopes: { read: 'Read' } }],
      store: memoryStore(),
      secrets: [{ id: 'k', secret: new Uint8Array(32) }],
      interaction: { signedIn: async () => undefined, signIn: async () => new Response() },
      clientDocuments,
    }),
  )
})

test('many who ask in one moment have a document fetched once', async () => {
  const { world, asked } = describing()

  await Promise.all(Array.from({ length: 20 }, () => authorize(world, attemptOf(client))))

  assert.equal(asked.length, 1)
})

test('one network has no more than 120 documents fetched within a minute', async () => {
  const { world, asked } = describing()

  for (let at = 0; at < 130; at += 1)
    await world.send(`/authorize?client_id=${encodeURIComponent(`https://host-${at}.example/client.json`)}`, {
      address: '192.0.2.1',
    })

  assert.equal(asked.length, 120)
})

test('a server that takes no documents says so in its metadata, and asks nobody', async () => {
  const world = createWorld()

  const response = await authorize(world, attemptOf(client))

  assert.equal(response.status, 400)
  assert.equal((await metadataOf(world)).client_id_metadata_document_supported, undefined)
})

test('a redirect URI that left the document while the person decided gets no code', async () => {
  const { world, host } = describing(described, { 'cache-control': 'max-age=60' })
  const attempt = attemptOf(client)
  const form = await formOf(await authorize(world, attempt))
  host.answer = answerOf(JSON.stringify({ ...described, redirect_uris: ['https://client.example/elsewhere'] }))
  world.clock.now += 61
  form.set('decision', 'allow')

  const response = await postForm(world, form)

  assert.equal(response.status, 400)
  assert.equal(response.headers.get('location'), null)
})

test('AS-26 law 8: at the token and revocation endpoints nobody has us fetch the document of a client that nobody has let in', async () => {
  const { world, asked } = describing()

  const { status, body } = await refresh(world, client, 'x')
  const revocation = await world.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: clientId, token: 'x' }).toString(),
  })

  assert.deepEqual([status, body.error, revocation.status], [400, 'invalid_grant', 200])
  assert.deepEqual(asked, [])
  assert.equal(await world.store.get('clientDocument', clientId), undefined)
})

test('a document that is forgotten is fetched for the refresh of a client that somebody has let in', async () => {
  const { world } = describing()
  const attempt = attemptOf(client)
  const { body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  world.clock.now += 8 * 24 * 3600

  assert.equal((await refresh(world, client, body.refresh_token ?? '')).status, 200)
})

test('AS-16 AS-25 what a document said does not come back once its host has taken it back', async () => {
  for (const takenBack of [
    answerOf('', 410),
    answerOf('{}'),
    answerOf('<html>', 200, { 'content-type': 'text/html' }),
    { kind: 'failure', reason: 'too_long', detail: 'too long' },
  ] as const) {
    const { world, host } = describing()
    await consent(world, attemptOf(client))
    world.clock.now += 3600
    host.answer = takenBack
    await authorize(world, attemptOf(client))
    host.answer = outages['answers 503'] ?? assert.fail()

    assert.equal((await authorize(world, attemptOf(client))).status, 503)
  }
})

test('whoever asks for too many documents closes the way to no client for others, and nothing stands in for one that can be asked', async () => {
  const { world } = describing()
  world.clock.now = released
  const ask = (identifier: string, address: string) =>
    world.send(`/authorize?client_id=${encodeURIComponent(identifier)}`, { address })
  for (let at = 0; at < 121; at += 1) await ask(`https://client.example/${at}.json`, '192.0.2.1')

  assert.equal((await ask(vscode.clientId, '192.0.2.1')).status, 503)
  assert.equal((await ask(clientId, '192.0.2.1')).status, 503)
  const [mine, others] = await Promise.all([ask(clientId, '192.0.2.1'), authorize(world, attemptOf(client))])
  assert.deepEqual([mine.status, others.status], [503, 200])
})

interface Describing {
  world: World
  /** The URLs that were asked for. */
  asked: string[]
  host: { answer: FetchedDocument }
}

function describing(
  document: unknown = described,
  headers: Record<string, string> = {},
  hosts?: readonly string[] | HostPolicy,
  bundled = true,
): Describing {
  const asked: string[] = []
  const host = { answer: answerOf(typeof document === 'string' ? document : JSON.stringify(document), 200, headers) }
  const world = createWorld({
    as: {
      clientDocuments: {
        bundled,
        ...(hosts !== undefined && { hosts }),
        dangerouslyUnguardedFetch: async (url) => {
          asked.push(url)
          return host.answer
        },
      },
    },
  })
  return { world, asked, host }
}

function answerOf(text: string, status = 200, headers: Record<string, string> = {}) {
  const all: Record<string, string> = { 'content-type': 'application/json', ...headers }
  return { kind: 'answer', status, header: (name: string) => all[name], text } as const
}

async function metadataOf(world: World): Promise<Record<string, unknown>> {
  return (await world.send('/.well-known/oauth-authorization-server')).json()
}
