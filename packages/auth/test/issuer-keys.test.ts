import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { createResourceServer } from '@portcullis/auth'
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose'
import { foreignIssuer } from './foreign-issuer.ts'
import { createWorld, mcpRequest, resource, signedInClient } from './world.ts'

const statusOf = (result: object) => (result instanceof Response ? result.status : 200)

test('RS-11 a key that its issuer took back lets nobody in, however long the tokens are remembered that it signed', async () => {
  const { rs, sign, state, now } = await foreignIssuer()
  const token = await sign({ exp: now.at + 10 * 365 * 86_400 })
  const before = await rs.authenticate(mcpRequest(token))
  const next = await generateKeyPair('ES256', { extractable: true })
  state.keys = [{ ...(await exportJWK(next.publicKey)), kid: 'n', alg: 'ES256' }]

  now.at += 600
  await rs.authenticate(mcpRequest(token)) // reads the keys anew, behind the request
  while (state.reads < 2) await new Promise((resolve) => setImmediate(resolve))
  await rs.authenticate(mcpRequest(await sign({}, { kid: 'n' }, next.privateKey)))
  const after = await rs.authenticate(mcpRequest(token))

  assert.deepEqual([statusOf(before), statusOf(after)], [200, 401])
})

test('RS-16 a clock that was set back makes no good token bad, and no outage longer', async () => {
  const { rs, sign, state, now } = await foreignIssuer()
  state.reachable = false
  const down = await rs.authenticate(mcpRequest(await sign()))
  state.reachable = true
  now.at -= 3600
  const healed = await rs.authenticate(mcpRequest(await sign()))
  const next = await generateKeyPair('ES256', { extractable: true })
  state.keys = [...state.keys, { ...(await exportJWK(next.publicKey)), kid: 'n', alg: 'ES256' }]
  now.at -= 3600

  const rotated = await rs.authenticate(mcpRequest(await sign({}, { kid: 'n' }, next.privateKey)))

  assert.deepEqual([statusOf(down), statusOf(healed), statusOf(rotated)], [503, 200, 200])
})

test('RS-16 keys of an authorization server in the same process are read from it, and nothing is fetched', async () => {
  const world = createWorld()
  const { accessToken } = await signedInClient(world)
  const fetched: string[] = []
  const trusting = (jwks: () => Promise<JSONWebKeySet>) =>
    createResourceServer({
      resource,
      authorizationServers: [{ issuer: world.as.issuer, jwks }],
      now: () => world.clock.now,
      async fetch({ url }) {
        fetched.push(url)
        return new Response(null, { status: 404 })
      },
    })

  const good = await trusting(world.as.jwks).authenticate(mcpRequest(accessToken))
  const ofNoKeys = await trusting(async () => ({ keys: [] })).authenticate(mcpRequest(accessToken))
  const down = trusting(async () => {
    throw new Error('the store is down')
  })

  assert.deepEqual([statusOf(good), statusOf(ofNoKeys)], [200, 401])
  assert.equal(statusOf(await down.authenticate(mcpRequest(accessToken))), 503)
  assert.deepEqual(fetched, [])
})

const unusable: [string, (good: JWK) => object, string][] = [
  ['an RSA key of 1024 bits', () => rsaKey(1024), 'RS256'],
  ['a point that is not on its curve', (good) => ({ ...good, x: good.y }), 'ES256'],
  ['a coordinate that is a number', (good) => ({ ...good, x: 5 }), 'ES256'],
  ['a key that is private', (good) => ({ ...good, d: good.x }), 'ES256'],
]
for (const [what, change, alg] of unusable)
  test(`RS-16 ${what} is its issuer's fault: 503 for a token that names it, and nothing is thrown`, async () => {
    const { rs, state, now, name } = await foreignIssuer()
    state.keys = [{ ...change(state.keys[0] ?? {}), kid: 'a', alg }]
    const header = { alg, typ: 'at+jwt', kid: 'a' }
    const claims = { iss: name, sub: 'u-7', aud: resource, exp: now.at + 300 }
    const token = `${base64url(header)}.${base64url(claims)}.${'A'.repeat(alg === 'RS256' ? 171 : 86)}`

    const atOnce = await rs.authenticate(mcpRequest(token))
    const again = await rs.authenticate(mcpRequest(token))

    assert.deepEqual([statusOf(atOnce), statusOf(again)], [503, 503])
  })

for (const jwksUri of ['http://other.example/jwks', 'file:///etc/keys', 'data:application/json,{"keys":[]}', 'jwks'])
  test(`RS-11 keys that metadata says are at ${jwksUri} are never fetched`, async () => {
    const asked: string[] = []
    const { rs } = await foreignIssuer({
      async fetch({ url }) {
        asked.push(url)
        return Response.json({ issuer: 'https://other.example/t/9', jwks_uri: jwksUri, keys: [] })
      },
    })

    await assert.rejects(rs.ready(), /keys of the issuer/)

    assert.deepEqual(
      asked.filter((url) => !url.includes('/.well-known/')),
      [],
    )
  })

test('a document of an issuer that does not end is not read to its end', async () => {
  let sent = 0
  const endless = () =>
    new ReadableStream({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(0x20))
      },
    })
  const { rs } = await foreignIssuer({ fetch: async () => new Response(endless()) })

  await assert.rejects(rs.ready())

  assert.ok(sent < 3 * 2_000_000, `${sent} bytes`)
})

test('what an outsider wrote stands in events shortened, and without what a terminal would obey', async () => {
  const { rs, events } = await foreignIssuer()
  const token = `${base64url({ alg: 'ES256', typ: 'at+jwt' })}.${base64url({ iss: `\u001b[2J\n${'x'.repeat(9000)}` })}.AAAA`

  await rs.authenticate(mcpRequest(token))
  rs.answer(mcpRequest(undefined, { headers: { host: 'h'.repeat(5000) } }))
  rs.answer(mcpRequest(undefined, { headers: { origin: `https://${'o'.repeat(5000)}` } }))

  assert.equal(events.length, 3)
  for (const event of events) {
    const text = JSON.stringify(event)
    assert.ok(text.length < 500, text)
    assert.doesNotMatch(text, /\\u001b|\\n/)
  }
})

function rsaKey(modulusLength: number): object {
  return generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' })
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** A resource server that has just read the keys, and another key that its issuer publishes since. */
async function rotatedJustNow() {
  const world = await foreignIssuer()
  const old = await world.sign()
  await world.rs.authenticate(mcpRequest(old))
  const next = await generateKeyPair('ES256', { extractable: true })
  const published = { ...(await exportJWK(next.publicKey)), kid: 'n', alg: 'ES256' }
  const signNext = (claims: Record<string, unknown> = {}) => world.sign(claims, { kid: 'n' }, next.privateKey)
  return { ...world, old, published, signNext }
}

/** Time that stands still; `untilSet` resolves once so many timers have been set, however long what comes before them takes. */
function stoppedTime(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { mock } = t.mock.method(globalThis, 'setTimeout')
  const until = async (isSo: () => boolean) => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    until,
    untilSet: (timers: number) => until(() => mock.callCount() === timers),
    pass: (milliseconds: number) => t.mock.timers.tick(milliseconds),
  }
}

/** Lets everything go on that waits for neither a timer nor another thread: no signature is made or verified in between. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('RS-16 a token of a key that is new a moment after the last read waits for the next read, one for all who wait, and is never refused', async (t) => {
  const time = stoppedTime(t)
  const { rs, state, published, signNext } = await rotatedJustNow()
  state.keys = [...state.keys, published]

  const answers = Promise.all(
    [1, 2, 3].map(async (nth) => rs.authenticate(mcpRequest(await signNext({ sub: `u-${nth}` })))),
  )
  await time.untilSet(1)
  const readsBefore = state.reads
  time.pass(1000)

  assert.deepEqual((await answers).map(statusOf), [200, 200, 200])
  assert.deepEqual([readsBefore, state.reads], [1, 2])
})

test('RS-16 a key that was taken back is refused after a read that began later, so that its clients refresh', async (t) => {
  const time = stoppedTime(t)
  const { rs, sign, state, published, now } = await rotatedJustNow()
  state.keys = [published]
  now.at += 600
  await rs.authenticate(mcpRequest(await sign()))
  await time.until(() => state.reads === 2)
  await settle()

  const answer = rs.authenticate(mcpRequest(await sign({ sub: 'u-8' })))
  await time.untilSet(1)
  time.pass(1000)

  assert.equal(statusOf(await answer), 401)
})

test('RS-16 a flood of keys that are none costs a read each second and 500 waiting requests; whoever comes then gets 503 with Retry-After', async (t) => {
  const time = stoppedTime(t)
  const { rs, sign, state, old } = await rotatedJustNow()
  const flood: Promise<object>[] = []
  for (let nth = 0; nth < 500; nth += 1)
    flood.push(Promise.resolve(rs.authenticate(mcpRequest(await sign({}, { kid: `random-${nth}` })))))
  await settle()

  const beyond = await rs.authenticate(mcpRequest(await sign({}, { kid: 'one-more' })))
  const honest = await rs.authenticate(mcpRequest(old))
  time.pass(1000)
  const answers = await Promise.all(flood)
  const afterwards = rs.authenticate(mcpRequest(await sign({}, { kid: 'later' })))
  await time.untilSet(2)
  time.pass(1000)

  assert.ok(beyond instanceof Response)
  assert.deepEqual([beyond.status, beyond.headers.get('retry-after')], [503, '2'])
  assert.equal(statusOf(honest), 200)
  assert.deepEqual([...new Set(answers.map(statusOf))], [401])
  assert.equal(statusOf(await afterwards), 401)
  assert.equal(state.reads, 3)
})

test('law 14: in a flood of keys that are none, tokens of keys that were taken back are refused at once, so that their clients refresh', async (t) => {
  const time = stoppedTime(t)
  const feed: { ended: []; position: string; keysTakenBack?: string } = { ended: [], position: '' }
  const world = await foreignIssuer({ revocations: { read: async () => feed } })
  const { rs, sign, state, now } = world
  const old = await sign()
  assert.equal(statusOf(await rs.authenticate(mcpRequest(old))), 200)
  const next = await generateKeyPair('ES256', { extractable: true })
  state.keys = [{ ...(await exportJWK(next.publicKey)), kid: 'n', alg: 'ES256' }]
  feed.keysTakenBack = 'once'
  now.at += 3
  assert.equal(statusOf(await rs.authenticate(mcpRequest(await sign({}, { kid: 'n' }, next.privateKey)))), 200)
  const flood: Promise<object>[] = []
  for (let nth = 0; nth < 500; nth += 1)
    flood.push(Promise.resolve(rs.authenticate(mcpRequest(await sign({}, { kid: `random-${nth}` })))))
  await settle()

  const ofTakenBack = await rs.authenticate(mcpRequest(old))
  const ofUnknown = await rs.authenticate(mcpRequest(await sign({}, { kid: 'one-more' })))
  time.pass(1000)
  await Promise.all(flood)

  assert.deepEqual([statusOf(ofTakenBack), statusOf(ofUnknown)], [401, 503])
})

test('RS-16 a key that is published while its keys are being read counts too: that read may have been too early', async (t) => {
  const time = stoppedTime(t)
  let answerFirst = () => {}
  const first = new Promise<void>((resolve) => {
    answerFirst = resolve
  })
  const name = 'https://other.example/t/9'
  const pairs = await Promise.all([1, 2].map(() => generateKeyPair('ES256', { extractable: true })))
  const keys = await Promise.all(
    pairs.map(async ({ publicKey }, nth) => ({ ...(await exportJWK(publicKey)), kid: `k${nth}`, alg: 'ES256' })),
  )
  let reads = 0
  const now = { at: 1_800_000_000 }
  const { rs, sign } = await foreignIssuer({
    authorizationServers: [{ issuer: name, jwksUri: `${name}/jwks` }],
    now: () => now.at,
    async fetch() {
      reads += 1
      if (reads > 1) return Response.json({ keys })
      await first
      now.at += 2
      return Response.json({ keys: keys.slice(0, 1) })
    },
  })
  const tokenOf = (nth: number) => sign({}, { kid: `k${nth}` }, pairs[nth]?.privateKey)

  const ofOld = rs.authenticate(mcpRequest(await tokenOf(0)))
  const ofNew = rs.authenticate(mcpRequest(await tokenOf(1)))
  await settle()
  answerFirst()
  await time.untilSet(1)
  time.pass(1000)

  assert.deepEqual([statusOf(await ofOld), statusOf(await ofNew)], [200, 200])
})
