import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type AuthorizationServerKinds,
  type AuthorizationServerOptions,
  createClient,
  type Decision,
  type DecisionRequest,
} from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import * as oauth from 'oauth4webapi'
import { assertionOf, keyMethod, publicJwk } from './machine-world.ts'
import {
  alice,
  createWorld,
  formOf,
  issuer,
  mcpRequest,
  postToken,
  refresh,
  register,
  resource,
  type TestClient,
  type TokenAnswer,
  type World,
} from './world.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:device_code'
const keys = { kind: 'inline', jwks: { keys: [{ ...publicJwk }] } } as const

function withDevices(
  device: AuthorizationServerOptions['deviceAuthorization'] = {},
  as: Partial<AuthorizationServerOptions> = {},
): World {
  return createWorld({ as: { deviceAuthorization: device, ...as } })
}

/** A client of a device: no browser, and so no redirect URI. */
async function registerDevice(world: World, metadata: Record<string, unknown> = {}): Promise<TestClient> {
  const response = await world.send('/register', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_types: [grantType, 'refresh_token'],
      token_endpoint_auth_method: 'none',
      client_name: 'Television',
      ...metadata,
    }),
  })
  const body = await response.json()
  assert.equal(response.status, 201, JSON.stringify(body))
  return { clientId: body.client_id, clientSecret: body.client_secret, redirectUri: '' }
}

interface Codes {
  device_code: string
  user_code: string
  verification_uri: string
  verification_uri_complete: string
  expires_in: number
  interval: number
  error?: string
}

async function ask(
  world: World,
  client: TestClient,
  changes: Record<string, string> = {},
  init: { address?: string; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: Codes }> {
  const response = await world.send('/device_authorization', {
    method: 'POST',
    ...(init.address !== undefined && { address: init.address }),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...init.headers },
    body: new URLSearchParams({ client_id: client.clientId, scope: 'notes:read', resource, ...changes }).toString(),
  })
  return { status: response.status, body: await response.json() }
}

function poll(
  world: World,
  client: TestClient,
  deviceCode: string,
  changes: Record<string, string> = {},
): Promise<TokenAnswer> {
  return postToken(world, { grant_type: grantType, device_code: deviceCode, client_id: client.clientId, ...changes })
}

function open(world: World, userCode: string, address?: string): Promise<Response> {
  return world.send(`/device?${new URLSearchParams({ user_code: userCode })}`, address === undefined ? {} : { address })
}

function postAnswer(world: World, form: URLSearchParams, headers: Record<string, string> = {}): Promise<Response> {
  return world.send('/device', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: issuer, ...headers },
    body: form.toString(),
  })
}

async function answer(world: World, userCode: string, decision: 'allow' | 'deny' = 'allow'): Promise<Response> {
  const form = await formOf(await open(world, userCode))
  form.set('decision', decision)
  if (decision === 'allow') form.set('compared', 'yes')
  return postAnswer(world, form)
}

/** A device whose person has allowed it, before it polls. */
async function allowedDevice(world: World): Promise<{ client: TestClient; codes: Codes }> {
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)
  const done = await answer(world, codes.user_code)
  assert.equal(done.status, 200, await done.text())
  return { client, codes }
}

function deciding(decide: (request: DecisionRequest) => Decision): World {
  return withDevices({}, { interaction: { ...interactionOf({ person: { signedIn: alice } }), decide } })
}

function pass(world: World, seconds: number): void {
  world.clock.now += seconds
}

function signIn(world: World, signedIn: World['person']['signedIn']): void {
  world.person.signedIn = signedIn
}

test('devices are let in by option alone, and the metadata says so (RFC 8628 §4, law 13)', async () => {
  const metadataOf = async (world: World) => (await world.send('/.well-known/oauth-authorization-server')).json()
  const [off, on] = [createWorld(), withDevices()]

  assert.equal((await off.send('/device_authorization', { method: 'POST' })).status, 404)
  assert.equal((await off.send('/device')).status, 404)
  assert.equal((await metadataOf(off)).device_authorization_endpoint, undefined)
  assert.ok(!(await metadataOf(off)).grant_types_supported.includes(grantType))
  assert.equal((await metadataOf(on)).device_authorization_endpoint, `${issuer}/device_authorization`)
  assert.ok((await metadataOf(on)).grant_types_supported.includes(grantType))
  assert.equal((await poll(off, await register(off), 'x')).body.error, 'unsupported_grant_type')
  for (const wrong of [
    { lifetime: 59 },
    { interval: 0 },
    { waitingLimit: 0 },
    { userCodeLimit: 1.5 },
    { requestLimit: 0 },
  ])
    assert.throws(() => withDevices(wrong), TypeError)
})

test('oauth4webapi asks for codes, polls, and gets tokens once the person has allowed it', async () => {
  const world = withDevices()
  const registered = await registerDevice(world)
  const as = await oauth.processDiscoveryResponse(
    new URL(issuer),
    await world.send('/.well-known/oauth-authorization-server'),
  )
  const client: oauth.Client = { client_id: registered.clientId }
  const options = { [oauth.customFetch]: (url: string, init: object) => world.as.fetch(new Request(url, init)) }
  const polled = async (deviceCode: string) =>
    oauth.processDeviceCodeResponse(
      as,
      client,
      await oauth.deviceCodeGrantRequest(as, client, oauth.None(), deviceCode, options),
    )

  const codes = await oauth.processDeviceAuthorizationResponse(
    as,
    client,
    await oauth.deviceAuthorizationRequest(as, client, oauth.None(), { scope: 'notes:read', resource }, options),
  )
  await assert.rejects(polled(codes.device_code), { error: 'authorization_pending' })
  await answer(world, codes.user_code)
  const tokens = await polled(codes.device_code)

  assert.equal(codes.verification_uri, `${issuer}/device`)
  assert.equal(codes.verification_uri_complete, `${issuer}/device?user_code=${codes.user_code}`)
  assert.deepEqual([codes.expires_in, codes.interval], [900, 5])
  assert.equal(tokens.scope, 'notes:read')
  const again = await refresh(world, registered, tokens.refresh_token ?? '')
  assert.equal(again.status, 200)
  assert.ok(!((await world.rs.authenticate(mcpRequest(again.body.access_token))) instanceof Response))
})

test('RFC 8628 §6.1 user codes are eight letters that spell nothing, and are read however they are typed', async () => {
  const world = withDevices()
  const client = await registerDevice(world)

  const codes = []
  for (let nth = 0; nth < 50; nth += 1) codes.push((await ask(world, client)).body.user_code)

  for (const code of codes) assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
  assert.equal(new Set(codes).size, 50)
  const [code = ''] = codes
  for (const typed of [
    code.toLowerCase(),
    code.replace('-', ''),
    ` ${code.replace('-', ' ')} `,
    code.replace('-', '–'),
  ])
    assert.equal((await open(world, typed)).status, 200, typed)
})

test('law 11: of a waiting request the store has neither code, and of another seed no code is made', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  const written: string[] = []
  const commit = store.commit.bind(store)
  const world = createWorld({
    as: { deviceAuthorization: {} },
    store: {
      ...store,
      commit(changes) {
        written.push(JSON.stringify(changes))
        return commit(changes)
      },
    },
  })

  const { body } = await ask(world, await registerDevice(world))

  const kept = written.join()
  assert.ok(kept.includes('"deviceRequest"'))
  for (const secret of [body.user_code, body.user_code.replace('-', ''), body.device_code.split('.')[3] ?? ''])
    assert.ok(!kept.includes(secret), secret)
})

test('RFC 8628 §3.1 the client authenticates, and must be registered for the grant type', async () => {
  const world = withDevices()
  const confidential = await registerDevice(world, { token_endpoint_auth_method: 'client_secret_basic' })
  const basic = { authorization: `Basic ${btoa(`${confidential.clientId}:${confidential.clientSecret}`)}` }

  const proved = await ask(world, confidential, {}, { headers: basic })
  const unproved = await ask(world, confidential)
  const unknown = await ask(world, { clientId: 'nobody', redirectUri: '' })
  const other = await ask(world, await register(world))
  const elsewhere = await ask(world, confidential, { resource: 'https://other.example/mcp' }, { headers: basic })
  const tooMuch = await ask(world, confidential, { scope: 'nonsense openid offline_access' }, { headers: basic })

  assert.deepEqual([proved.status, tooMuch.status], [200, 200])
  assert.deepEqual(
    [unproved, unknown, other, elsewhere].map(({ status, body }) => [status, body.error]),
    [
      [401, 'invalid_client'],
      [401, 'invalid_client'],
      [400, 'unauthorized_client'],
      [400, 'invalid_target'],
    ],
  )
})

test('RFC 7591 §2 a client of devices alone registers without redirect URIs, with the option alone, and is sent no code', async () => {
  const world = withDevices()
  const registering = (on: World, metadata: object) =>
    on.send('/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token_endpoint_auth_method: 'none', ...metadata }),
    })

  const alone = await (await registering(world, { grant_types: [grantType] })).json()
  const both = await (
    await registering(world, {
      grant_types: [grantType, 'authorization_code'],
      redirect_uris: ['https://a.example/cb'],
    })
  ).json()
  const without = await registering(world, { grant_types: [grantType, 'authorization_code'] })
  const off = await registering(createWorld(), { grant_types: [grantType] })

  assert.deepEqual([alone.redirect_uris, alone.response_types, alone.grant_types], [[], [], [grantType]])
  assert.deepEqual(both.grant_types, ['authorization_code', grantType])
  assert.deepEqual([without.status, off.status], [400, 400])
  const sent = await world.send(
    `/authorize?${new URLSearchParams({ client_id: alone.client_id, redirect_uri: 'https://evil.example/', response_type: 'code' })}`,
  )
  assert.deepEqual([sent.status, sent.headers.get('location')], [400, null])
})

test('RFC 8628 §3.5 polls wait, are told when they come too often, and cost no one else anything', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)

  const first = await poll(world, client, codes.device_code)
  const hasty = await poll(world, client, codes.device_code)
  const errors = new Set<string | undefined>()
  for (let nth = 0; nth < 100; nth += 1) {
    world.clock.now += 5
    errors.add((await poll(world, client, codes.device_code)).body.error)
  }

  assert.deepEqual([first.status, first.body.error], [400, 'authorization_pending'])
  assert.deepEqual([hasty.status, hasty.body.error], [400, 'slow_down'])
  assert.deepEqual(errors, new Set(['authorization_pending']))
  assert.ok(!world.events.some((event) => event.type === 'token_refused' && event.reason === 'authorization_pending'))
})

test('RFC 8628 §3.5 a denied request is access_denied, one that is over expired_token, with status 400', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const [denied, over] = [(await ask(world, client)).body, (await ask(world, client)).body]
  await answer(world, denied.user_code, 'deny')

  const refused = await poll(world, client, denied.device_code)
  world.clock.now += 900
  const late = await poll(world, client, over.device_code)
  const page = await open(world, over.user_code)

  assert.deepEqual([refused.status, refused.body.error], [400, 'access_denied'])
  assert.deepEqual([late.status, late.body.error], [400, 'expired_token'])
  assert.equal(page.status, 422)
})

test('a device code is good for its own client and resource alone, and cannot be made', async () => {
  const world = withDevices()
  const { client, codes } = await allowedDevice(world)
  const other = await registerDevice(world, { client_name: 'Radio' })
  const [keyId, kind, id, mac = ''] = codes.device_code.split('.')

  const wrongClient = await poll(world, other, codes.device_code)
  const wrongResource = await poll(world, client, codes.device_code, { resource: 'https://other.example/mcp' })
  const forged = await poll(world, client, `${keyId}.${kind}.${id}.${mac.startsWith('A') ? 'B' : 'A'}${mac.slice(1)}`)
  const malformed = await poll(world, client, 'abc')
  const userCode = await poll(world, client, codes.user_code)
  const right = await poll(world, client, codes.device_code)

  assert.deepEqual(
    [wrongClient, wrongResource, forged, malformed, userCode].map(({ body }) => body.error),
    ['invalid_grant', 'invalid_target', 'invalid_grant', 'invalid_grant', 'invalid_grant'],
  )
  assert.equal(right.status, 200)
})

test('law 6: fifty polls at once get one grant and one refresh token, and so does an answer that was lost', async () => {
  const world = withDevices()
  const { client, codes } = await allowedDevice(world)

  const answers = await Promise.all(Array.from({ length: 50 }, () => poll(world, client, codes.device_code)))
  world.clock.now += 59
  const lost = await poll(world, client, codes.device_code)

  const tokens = new Set([...answers, lost].map(({ body }) => body.refresh_token))
  assert.deepEqual(new Set([...answers, lost].map(({ status }) => status)), new Set([200]))
  assert.equal(tokens.size, 1)
  assert.equal((await world.store.list('grant', 'subject', 'alice')).length, 1)
  assert.equal((await refresh(world, client, [...tokens][0] ?? '')).status, 200)
})

for (const [when, prepare] of [
  ['after the window', async (world: World) => pass(world, 60)],
  [
    'once its refresh token was used',
    async (world: World, client: TestClient, token: string) => void (await refresh(world, client, token)),
  ],
] as const)
  test(`law 6: a device code presented again ${when} ends the grant`, async () => {
    const world = withDevices()
    const { client, codes } = await allowedDevice(world)
    const { body } = await poll(world, client, codes.device_code)
    await prepare(world, client, body.refresh_token ?? '')

    const reused = await poll(world, client, codes.device_code)
    const refreshed = await refresh(world, client, body.refresh_token ?? '')

    assert.deepEqual([reused.body.error, refreshed.body.error], ['invalid_grant', 'invalid_grant'])
    assert.ok(world.events.some((event) => event.type === 'grant_ended' && event.reason === 'device_code_reused'))
    assert.ok((await world.rs.authenticate(mcpRequest(body.access_token))) instanceof Response)
  })

test('a client that did not register for refresh tokens gets none, and the device code nothing more', async () => {
  const world = withDevices()
  const client = await registerDevice(world, { grant_types: [grantType] })
  const { body: codes } = await ask(world, client)
  await answer(world, codes.user_code)

  const { status, body } = await poll(world, client, codes.device_code)

  assert.deepEqual([status, body.refresh_token], [200, undefined])
})

test('what was allowed is not kept for a device that never comes; one that comes at the last moment still finds it', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const [prompt, never] = [(await ask(world, client)).body, (await ask(world, client)).body]
  world.clock.now += 890
  await answer(world, prompt.user_code)
  await answer(world, never.user_code)

  world.clock.now += 30
  assert.equal((await poll(world, client, prompt.device_code)).status, 200)
  world.clock.now += 30
  assert.equal((await poll(world, client, never.device_code)).body.error, 'expired_token')
  assert.equal((await world.store.list('grant', 'subject', 'alice')).length, 1)
})

test('law 5: claims that cannot be had cost a device one poll, never what its person allowed', async () => {
  let isFaulty = true
  const claims = () => {
    if (isFaulty) throw new Error('the directory is down')
    return { team: 'finance' }
  }
  const world = withDevices({}, { claims, refreshReplayWindow: 0 })
  const { client, codes } = await allowedDevice(world)

  const refused = await poll(world, client, codes.device_code)
  isFaulty = false
  pass(world, 5)
  const mended = await poll(world, client, codes.device_code)

  assert.deepEqual([refused.status, mended.status], [503, 200])
})

test('law 14: a device whose grant ends while the host is asked for claims gets no token, nor does one whose answer was lost', async () => {
  for (const isLost of [false, true]) {
    let meanwhile = async (): Promise<unknown> => undefined
    const world = withDevices(
      {},
      {
        claims: async () => {
          await meanwhile()
          return {}
        },
      },
    )
    const { client, codes } = await allowedDevice(world)
    if (isLost) assert.equal((await poll(world, client, codes.device_code)).status, 200)
    meanwhile = async () => {
      for (const { grantId } of await world.as.grants.list({ subject: 'alice' }))
        await world.as.endGrant(grantId, 'revoked_by_resource_owner')
    }

    const { status, body } = await poll(world, client, codes.device_code)

    assert.deepEqual([status, body.error, 'access_token' in body], [400, 'invalid_grant', false])
  }
})

test('a person who is disabled after allowing a device has given it nothing', async () => {
  let isActive = true
  const world = createWorld({ as: { deviceAuthorization: {} } })
  const strict = createWorld({
    as: {
      deviceAuthorization: {},
      interaction: { ...interactionOf(world), isActive: async () => isActive },
    },
  })
  const { client, codes } = await allowedDevice(strict)
  isActive = false

  const { body } = await poll(strict, client, codes.device_code)

  assert.equal(body.error, 'invalid_grant')
  assert.deepEqual(await strict.store.list('grant', 'subject', 'alice'), [])
})

function interactionOf(world: Pick<World, 'person'>): AuthorizationServerOptions['interaction'] {
  return {
    signedIn: async () => world.person.signedIn,
    signIn: async (_, { returnTo }) => new Response(undefined, { status: 303, headers: { location: returnTo } }),
  }
}

test('law 3: the page is behind sign-in, and what was typed goes along only where it is a code', async () => {
  const world = withDevices()
  const { body: codes } = await ask(world, await registerDevice(world))
  world.person.signedIn = undefined
  const sentTo = async (path: string) =>
    new URL((await world.send(path)).headers.get('location') ?? '', issuer).searchParams.get('to')

  assert.equal(await sentTo('/device'), `${issuer}/device`)
  assert.equal(await sentTo(`/device?user_code=${codes.user_code}`), `${issuer}/device?user_code=${codes.user_code}`)
  assert.equal(await sentTo('/device?user_code=<script>'), `${issuer}/device`)
})

test('RFC 8628 §5.4 P-03 the page shows the code to compare, who asks, for what and as whom, and warns; nothing is done by opening it', async () => {
  const world = withDevices()
  world.person.signedIn = { ...alice, displayName: 'Alice' }
  const client = await registerDevice(world, { client_name: '<b>Television</b>' })
  const { body: codes } = await ask(world, client)

  const page = await open(world, codes.user_code)

  const text = await page.text()
  assert.ok(text.includes(`<span class="at">${codes.user_code}</span>`))
  assert.match(text, /&lt;b&gt;Television&lt;\/b&gt;/)
  assert.match(text, /nobody has verified it/)
  assert.match(text, /If somebody sent you this code or this link, deny/)
  assert.ok(text.includes('Read your notes') && text.includes('Alice') && text.includes(resource))
  assert.match(text, /<input type="checkbox" name="compared" value="yes" required>/)
  assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self';.*frame-ancestors 'none'/)
  assert.equal((await poll(world, client, codes.device_code)).body.error, 'authorization_pending')
})

test('RFC 8628 §5.4 whoever does not say that the codes are the same allows nothing', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)
  const form = await formOf(await open(world, codes.user_code))
  form.set('decision', 'allow')

  const refused = await postAnswer(world, form)

  assert.equal(refused.status, 403)
  assert.equal((await poll(world, client, codes.device_code)).body.error, 'authorization_pending')
  form.set('compared', 'yes')
  assert.equal((await postAnswer(world, form)).status, 200)
})

const forgeries: [string, (form: URLSearchParams, world: World) => void, Record<string, string>][] = [
  ['no seal', (form) => form.delete('consent'), {}],
  ['a seal of our making that is not', (form) => form.set('consent', `k1.1800000600.${'A'.repeat(43)}`), {}],
  ['another session', (_, world) => signIn(world, { ...alice, sessionId: 'other' }), {}],
  ['another person', (_, world) => signIn(world, { ...alice, subject: 'mallory' }), {}],
  ['nobody signed in', (_, world) => signIn(world, undefined), {}],
  ['another site’s origin', () => {}, { origin: 'https://evil.example' }],
  ['a cross-site fetch', () => {}, { 'sec-fetch-site': 'cross-site' }],
  ['ten minutes of age', (_, world) => pass(world, 600), {}],
]
for (const [forgery, change, headers] of forgeries)
  test(`P-03 law 3: the form of a device with ${forgery} allows nothing`, async () => {
    const world = withDevices()
    const client = await registerDevice(world)
    const { body: codes } = await ask(world, client)
    const form = await formOf(await open(world, codes.user_code))
    form.set('decision', 'allow')
    form.set('compared', 'yes')
    change(form, world)

    const response = await postAnswer(world, form, headers)

    assert.equal(response.status, 403)
    world.clock.now += 5
    assert.equal((await poll(world, client, codes.device_code)).body.error, 'authorization_pending')
  })

test('law 3: the form of one device is worth nothing for another', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const [one, other] = [(await ask(world, client)).body, (await ask(world, client)).body]
  const form = await formOf(await open(world, one.user_code))
  form.set('request', (await formOf(await open(world, other.user_code))).get('request') ?? '')
  form.set('decision', 'allow')
  form.set('compared', 'yes')

  assert.equal((await postAnswer(world, form)).status, 403)
})

test('law 3: a device is answered once: the same answer again says the same, another is refused, and its code leads nowhere', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)
  const form = await formOf(await open(world, codes.user_code))
  form.set('compared', 'yes')
  form.set('decision', 'allow')

  const answers = await Promise.all([1, 2, 3].map(() => postAnswer(world, form)))
  form.set('decision', 'deny')
  const other = await postAnswer(world, form)
  const opened = await open(world, codes.user_code)

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  )
  assert.deepEqual([other.status, opened.status], [403, 422])
  assert.equal((await world.store.list('grant', 'subject', 'alice')).length, 1)
  assert.equal((await poll(world, client, codes.device_code)).status, 200)
})

test('law 3: two people who have a code open at once are not both told that the device is theirs', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)
  const mallory = { ...alice, subject: 'mallory', sessionId: 's-mallory' }
  const forms = new Map<typeof alice, URLSearchParams>()
  for (const person of [mallory, alice]) {
    world.person.signedIn = person
    const form = await formOf(await open(world, codes.user_code))
    form.set('decision', 'allow')
    form.set('compared', 'yes')
    forms.set(person, form)
  }
  const statuses = []
  for (const [person, form] of forms) {
    world.person.signedIn = person
    statuses.push((await postAnswer(world, form)).status)
  }

  assert.deepEqual(statuses, [200, 403])
})

test('law 3: somebody who is disabled while they allow a device gives it nothing', async () => {
  const store = memoryStore<AuthorizationServerKinds>({ now: () => 1_800_000_000 })
  const world = createWorld({
    as: { deviceAuthorization: {} },
    store: {
      ...store,
      async commit(changes) {
        if (changes.some(({ kind, version }) => kind === 'grant' && version === 'absent'))
          world.person.signedIn = undefined
        return store.commit(changes)
      },
    },
  })
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)

  const response = await answer(world, codes.user_code)

  assert.equal(response.status, 403)
  assert.deepEqual(await store.list('grant', 'subject', 'alice'), [])
  assert.equal((await poll(world, client, codes.device_code)).body.error, 'invalid_grant')
})

test('RFC 8628 §5.1 codes cannot be guessed: twenty tries for a person, a hundred from a network, then even the right one is refused', async () => {
  const world = withDevices()
  const { body: codes } = await ask(world, await registerDevice(world))
  const guess = (person: string, address: string) => {
    world.person.signedIn = { ...alice, subject: person }
    return open(world, 'BCDF-GHJK', address)
  }

  for (let nth = 0; nth < 20; nth += 1) assert.equal((await guess('mallory', '203.0.113.1')).status, 422)
  const person = await open(world, codes.user_code, '203.0.113.2')
  for (let nth = 0; nth < 80; nth += 1) await guess(`m${nth % 8}`, '203.0.113.1')
  world.person.signedIn = alice
  const network = await open(world, codes.user_code, '203.0.113.1')
  const elsewhere = await open(world, codes.user_code, '203.0.113.2')
  world.clock.now += 600
  const later = await open(world, codes.user_code, '203.0.113.1')

  assert.deepEqual([person.status, network.status, elsewhere.status, later.status], [429, 429, 200, 200])
  assert.ok(world.events.some((event) => event.type === 'user_code_refused' && event.reason === 'rate_limited'))
})

test('RFC 8628 §5.1 all together have a bound too, however many accounts and networks they come from', async () => {
  const world = withDevices({ userCodeLimit: 1 })
  const { body: codes } = await ask(world, await registerDevice(world))
  for (let nth = 0; nth < 100; nth += 1) {
    world.person.signedIn = { ...alice, subject: `m${nth}` }
    await open(world, 'BCDF-GHJK', `203.0.113.${nth}`)
  }

  world.person.signedIn = alice
  assert.equal((await open(world, codes.user_code, '198.51.100.1')).status, 429)
})

test('strangers cannot fill the store: requests have a limit by address, and a bounded number wait, the oldest of which gives way', async () => {
  const world = withDevices({ requestLimit: 5, waitingLimit: 3 })
  const client = await registerDevice(world)
  const codes: Codes[] = []
  for (let nth = 0; nth < 5; nth += 1) codes.push((await ask(world, client, {}, { address: '203.0.113.1' })).body)

  const limited = await ask(world, client, {}, { address: '203.0.113.1' })
  const polled = []
  for (const { device_code } of codes) polled.push((await poll(world, client, device_code)).body.error)

  assert.equal(limited.status, 429)
  assert.deepEqual(polled, [
    'expired_token',
    'expired_token',
    'authorization_pending',
    'authorization_pending',
    'authorization_pending',
  ])
})

test('a device that was allowed keeps its answer when its place is taken', async () => {
  const world = withDevices({ waitingLimit: 1 })
  const { client, codes } = await allowedDevice(world)
  await ask(world, client)

  assert.equal((await poll(world, client, codes.device_code)).status, 200)
})

test('codes that were given out before the secret changed are still good', async () => {
  const [older, newer] = ['a', 'b'].map((id) => ({ id, secret: new Uint8Array(32).fill(id.charCodeAt(0)) }))
  assert.ok(older !== undefined && newer !== undefined)
  const before = withDevices({}, { secrets: [older] })
  const client = await registerDevice(before)
  const { body: codes } = await ask(before, client)
  const after = createWorld({ as: { deviceAuthorization: {}, secrets: [newer, older] }, store: before.store })

  await answer(after, codes.user_code)

  assert.equal((await poll(after, client, codes.device_code)).status, 200)
})

test('law 15: at another host of ours the page sends the browser to the issuer', async () => {
  const world = withDevices({}, { allowedHosts: ['mcp.example'] })

  const response = await world.send('https://mcp.example/device?user_code=BCDF-GHJK')

  assert.deepEqual([response.status, response.headers.get('location')], [302, `${issuer}/device?user_code=BCDF-GHJK`])
})

test('the pages are the host’s where it has its own', async () => {
  const shown: string[] = []
  const plain = withDevices()
  const world = withDevices(
    {},
    {
      interaction: {
        ...interactionOf(plain),
        userCode({ problem }) {
          shown.push(`code ${problem}`)
          return new Response('code')
        },
        deviceConsent({ userCode, client, scopes, form }) {
          shown.push(`consent ${userCode} ${client.name} ${scopes.map(({ token }) => token)} ${form.fields.length}`)
          return new Response('consent')
        },
      },
    },
  )
  const { body: codes } = await ask(world, await registerDevice(world))

  await world.send('/device')
  await open(world, 'AAAA')
  await open(world, codes.user_code)

  assert.deepEqual(shown, ['code undefined', 'code malformed', `consent ${codes.user_code} Television notes:read 3`])
})

test('law 3: a host is asked of devices too: what it denies is not shown, not even to who had the page open, and it says so', async () => {
  const asked: DecisionRequest[] = []
  let decision: Decision = { kind: 'deny', reason: 'Guests connect no devices' }
  const world = deciding((request) => {
    asked.push(request)
    return decision
  })
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)

  const denied = await open(world, codes.user_code)
  decision = { kind: 'allow', dangerouslyWithoutConsent: true }
  const form = await formOf(await open(world, codes.user_code))
  form.set('decision', 'allow')
  form.set('compared', 'yes')
  decision = { kind: 'deny', reason: 'Not any more' }
  const late = await postAnswer(world, form)

  assert.deepEqual([denied.status, late.status], [403, 403])
  assert.match(await denied.text(), /Guests connect no devices\./)
  const { signedIn, ...about } = asked[0] ?? assert.fail()
  assert.equal(signedIn.subject, 'alice')
  assert.deepEqual(about, {
    client: { clientId: client.clientId, name: 'Television', identity: { by: 'itself' } },
    destinationProvesIdentity: false,
    resource: { identifier: resource, name: 'Notes' },
    scope: ['notes:read'],
    isRemembered: false,
  })
  assert.deepEqual(await world.store.list('grant', 'subject', 'alice'), [])
  assert.equal((await poll(world, client, codes.device_code)).body.error, 'authorization_pending')
  const event = world.events.find(({ type }) => type === 'authorization_refused')
  assert.ok(event?.type === 'authorization_refused' && event.reason === 'denied_by_host')
})

test('AS-40 a host narrows the scope of a device, on the page, in the grant and in the token, and a form of less gives no more', async () => {
  let scope = ['notes:read', 'admin']
  const world = deciding(() => ({ kind: 'allow', scope }))
  const client = await registerDevice(world)
  const wide = { scope: 'notes:read notes:delete' }
  const [{ body: first }, { body: second }] = [await ask(world, client, wide), await ask(world, client, wide)]

  const page = await (await open(world, first.user_code)).text()
  await answer(world, first.user_code)
  const { body } = await poll(world, client, first.device_code)
  const form = await formOf(await open(world, second.user_code))
  form.set('decision', 'allow')
  form.set('compared', 'yes')
  scope = ['notes:read', 'notes:delete']
  const widened = await postAnswer(world, form)
  scope = ['notes:write']
  const nothing = await open(world, second.user_code)

  assert.doesNotMatch(page, /Delete notes|admin/)
  assert.equal(body.scope, 'notes:read')
  assert.deepEqual([widened.status, nothing.status], [403, 403])
})

test('P-03 what a person unticks is not granted to a device, and its token answer says so', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client, { scope: 'notes:read notes:delete' })
  const form = await formOf(await open(world, codes.user_code))
  form.set('decision', 'allow')
  form.set('compared', 'yes')
  form.delete('scope_allowed_1')

  const done = await postAnswer(world, form)
  const { body } = await poll(world, client, codes.device_code)

  assert.equal(done.status, 200)
  assert.equal(body.scope, 'notes:read')
  const told = world.events.find(({ type }) => type === 'consented')
  assert.deepEqual(told?.type === 'consented' && [told.scope, told.unticked], [['notes:read'], ['notes:delete']])
})

test('P-03 with nothing ticked a device gets nothing: the page comes again with its code; and never with another', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client, { scope: 'notes:read notes:delete' })
  const form = await formOf(await open(world, codes.user_code))
  form.set('decision', 'allow')
  form.set('compared', 'yes')
  form.delete('scope_allowed_0')
  form.delete('scope_allowed_1')

  const again = await postAnswer(world, form)
  form.set('user_code', 'BCDF-GHJK')
  const other = await postAnswer(world, form)
  form.set('scope_allowed_0', 'notes:write')
  const more = await postAnswer(world, form)

  assert.equal(again.status, 422)
  assert.ok((await again.text()).includes(`<b class="at">${codes.user_code}</b>`))
  assert.deepEqual([other.status, more.status], [403, 403])
  assert.equal((await poll(world, client, codes.device_code)).body.error, 'authorization_pending')
})

test('a device whose client goes while the person reads is not connected, and nothing is left of it', async () => {
  const world = withDevices()
  const client = await registerDevice(world)
  const { body: codes } = await ask(world, client)
  const form = await formOf(await open(world, codes.user_code))
  form.set('decision', 'allow')
  form.set('compared', 'yes')
  const entry = await world.store.get('client', client.clientId)
  assert.ok(entry)
  await world.store.commit([{ kind: 'client', id: entry.id, version: entry.version, value: undefined }])

  const response = await postAnswer(world, form)

  assert.equal(response.status, 400)
  assert.deepEqual(await world.store.list('grant', 'subject', 'alice'), [])
})

test('a client that somebody let in by a device is kept for good', async () => {
  const world = withDevices()
  const { client } = await allowedDevice(world)

  assert.equal((await world.store.get('client', client.clientId))?.expiresAt, undefined)
})

test('a device whose client an operator made needs nobody to let it in by a browser first, with a key too', async () => {
  const client = { redirectUris: [], grantTypes: [grantType, 'refresh_token'] as const, keys }
  const world = withDevices({}, { clients: [{ ...client, clientId: 'tv' }] })
  const made = await createClient(client, { store: world.store, now: () => world.clock.now })
  const itself = await registerDevice(world, keyMethod)

  const statuses: number[] = []
  for (const clientId of ['tv', made.client.clientId, itself.clientId]) {
    const shown = await assertionOf({ clientId, redirectUri: '' })
    statuses.push((await ask(world, { clientId, redirectUri: '' }, shown)).status)
  }

  assert.deepEqual(statuses, [200, 200, 400]) // anybody may register
})
