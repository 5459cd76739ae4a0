import assert from 'node:assert/strict'
import { test } from 'node:test'
import { revokeSigningKeys, type SignInRequest } from '@portcullis/auth/authorization-server'
import { generateKeyPair, SignJWT } from 'jose'
import {
  alice,
  attemptOf,
  authorize,
  claimsOf,
  consent,
  createWorld,
  exchange,
  formOf,
  issuer,
  register,
  secret,
  type TestClient,
  type World,
} from './world.ts'

const bob = { subject: 'bob', authTime: alice.authTime, sessionId: 's-bob' }

test('OIDC Core §3.1.2.2 prompt=none with the ID token of one person is never answered for another, but by login_required', async () => {
  const { world, client, idToken } = await known()
  const silent = { scope: 'openid notes:read', prompt: 'none', id_token_hint: idToken }
  await consentOf(world, client, bob)

  const answered = []
  for (const signedIn of [bob, alice, undefined]) {
    world.person.signedIn = signedIn
    answered.push(await outcomeOf(await authorize(world, attemptOf(client, silent))))
  }

  assert.deepEqual(answered, ['login_required', 'code', 'login_required'])
})

test('OIDC Core §3.1.2.1 without it the person is asked to sign in as whom the ID token names, once; whoever comes back as another gets login_required', async () => {
  const { world, client, idToken, asked } = await known()
  await consentOf(world, client, bob)
  const hinted = { scope: 'openid notes:read', id_token_hint: idToken }

  world.person.signedIn = bob
  const sent = await authorize(world, attemptOf(client, hinted))
  const [request] = asked
  const back = async () => outcomeOf(await world.send(request?.returnTo ?? ''))
  const asBob = await back()
  world.person.signedIn = alice
  const asAlice = await back()

  assert.equal(new URL(sent.headers.get('location') ?? '', issuer).pathname, '/sign-in')
  assert.deepEqual([request?.again, request?.selectAccount, asked.length], [true, true, 1])
  assert.deepEqual([asBob, asAlice], ['login_required', 'code'])
  const refused = world.events.flatMap((event) => (event.type === 'authorization_refused' ? [event.detail] : []))
  assert.deepEqual(refused, ['Somebody else is signed in in this browser than the ID token hint names'])
})

test('OIDC Core §3.1.2.1 somebody else who signs in for the request, or chose who they are for it, is no answer either', async () => {
  const { world, client, idToken, asked } = await known()
  for (const prompt of ['login', 'select_account', 'select_account login', 'consent']) {
    world.person.signedIn = undefined
    await authorize(world, attemptOf(client, { scope: 'openid notes:read', id_token_hint: idToken, prompt }))
    world.person.signedIn = { ...bob, authTime: world.clock.now + 1 }
    let answer = await world.send(asked.at(-1)?.returnTo ?? '')
    if (prompt === 'consent') answer = await world.send(asked.at(-1)?.returnTo ?? '') // they may choose once more

    assert.equal(await outcomeOf(answer), 'login_required', prompt)
  }
})

test('an ID token that expired long ago is a hint like any other, and the consent page carries none', async () => {
  const { world, client, idToken } = await known({ consentLifetime: 0 })
  world.clock.now += 30 * 24 * 3600

  const page = await authorize(world, attemptOf(client, { scope: 'openid', id_token_hint: idToken }))
  const form = await formOf(page)

  assert.ok(Number(claimsOf(idToken).exp) < world.clock.now)
  assert.ok(!form.has('id_token_hint') && !form.toString().includes(idToken))
})

const unsigned = (claims: object) =>
  `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.`
const foreign = await generateKeyPair('ES256')

const notOurs: Record<string, (known: Known) => string | Promise<string>> = {
  'is no token': () => 'e30.e30.x',
  'is changed': ({ idToken }) => `${idToken.slice(0, -20)}${'A'.repeat(20)}`,
  'is not signed': ({ idToken }) => unsigned(claimsOf(idToken)),
  'is signed by another': ({ idToken }) =>
    new SignJWT(claimsOf(idToken)).setProtectedHeader({ alg: 'ES256', typ: 'JWT' }).sign(foreign.privateKey),
  'was issued to another client': async ({ world }) => (await tokensOf(world, await register(world))).idToken,
  'is an access token': ({ accessToken }) => accessToken,
  'is signed with a key that was taken back': async ({ world, idToken }) => {
    await revokeSigningKeys({ store: world.store, secrets: [secret], now: () => world.clock.now, onEvent: () => {} })
    world.clock.now += 5
    return idToken
  },
}
for (const [what, hint] of Object.entries(notOurs))
  test(`OIDC Core §3.1.2.2 a hint that ${what} is invalid_request, with whatever prompt, and sends nobody anywhere who is not signed in`, async () => {
    const stage = await known()
    const { world, client, asked } = stage
    const wrong = { scope: 'openid notes:read', id_token_hint: await hint(stage) }

    for (const prompt of ['none', 'consent', undefined])
      assert.equal(
        await outcomeOf(await authorize(world, attemptOf(client, { ...wrong, prompt }))),
        'invalid_request',
        prompt,
      )
    world.person.signedIn = undefined
    const stranger = await authorize(world, attemptOf(await register(world), wrong))

    assert.match(stranger.headers.get('location') ?? '', /^\/sign-in/)
    assert.equal(asked.length, 1)
    const reasons = world.events.flatMap((event) => (event.type === 'authorization_refused' ? [event.reason] : []))
    assert.deepEqual(reasons, ['wrong_id_token_hint', 'wrong_id_token_hint', 'wrong_id_token_hint'])
  })

test('RFC 9126 §2.1 a hint is looked at when it is pushed, and whom it names when the browser arrives', async () => {
  const { world, client, idToken, asked } = await known()
  const push = (hint: string) =>
    world.send('/par', {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(
        attemptOf(client, { scope: 'openid notes:read', id_token_hint: hint }).parameters,
      ).toString(),
    })

  const refused = await push('e30.e30.x')
  const { request_uri: requestUri } = await (await push(idToken)).json()
  world.person.signedIn = bob
  const query = new URLSearchParams({ client_id: client.clientId, request_uri: requestUri })
  const arrived = await world.send(`/authorize?${query}`)
  await world.send(arrived.headers.get('location') ?? '')
  const asBob = await outcomeOf(await world.send(asked[0]?.returnTo ?? ''))

  assert.deepEqual([refused.status, (await refused.json()).error], [400, 'invalid_request'])
  assert.deepEqual([asked.length, asked[0]?.again, asBob], [1, true, 'login_required'])
})

interface Known {
  world: World
  client: TestClient
  idToken: string
  accessToken: string
  /** What the sign-in was asked. */
  asked: SignInRequest[]
}

/** A client that Alice let in, with her ID token; her consent is remembered. */
async function known({ consentLifetime = 90 * 24 * 3600 }: { consentLifetime?: number } = {}): Promise<Known> {
  const asked: SignInRequest[] = []
  const world: World = createWorld({
    as: {
      consentLifetime,
      pushedRequests: {},
      interaction: {
        signedIn: async () => world.person.signedIn,
        signIn: async (_, request) => {
          asked.push(request)
          return new Response(undefined, { status: 303, headers: { location: '/sign-in' } })
        },
      },
    },
  })
  const client = await register(world)
  return { world, client, ...(await tokensOf(world, client)), asked }
}

async function tokensOf(world: World, client: TestClient): Promise<{ idToken: string; accessToken: string }> {
  const attempt = attemptOf(client, { scope: 'openid notes:read' })
  const { body } = await exchange(world, attempt, (await consent(world, attempt)).get('code') ?? '')
  return { idToken: body.id_token ?? '', accessToken: body.access_token }
}

async function consentOf(world: World, client: TestClient, person: World['person']['signedIn']): Promise<void> {
  const before = world.person.signedIn
  world.person.signedIn = person
  await consent(world, attemptOf(client, { scope: 'openid notes:read' }))
  world.person.signedIn = before
}

/** What a browser is left with: the error or the code that the client gets, or the path of a page. */
async function outcomeOf(response: Response): Promise<string | undefined> {
  const location = response.headers.get('location')
  if (location === null) return `page ${response.status}: ${await response.text()}`
  const { searchParams, pathname } = new URL(location, issuer)
  return searchParams.get('error') ?? (searchParams.has('code') ? 'code' : pathname)
}
