import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { mock, test } from 'node:test'
import { promisify } from 'node:util'
import {
  type PublicJwk,
  revokeSigningKeys,
  rotateSigningKey,
  type Signer,
  type SigningAlgorithm,
} from '@portcullis/auth/authorization-server'
import { assertionOf, createMachineWorld, files, keyMethod } from './machine-world.ts'
import {
  attemptOf,
  consent,
  createWorld,
  exchange,
  headerOf,
  mcpRequest,
  postToken,
  refresh,
  register,
  resource,
  secret,
  signedInClient,
  type World,
} from './world.ts'

const signBytes = promisify<string | null, Uint8Array, Parameters<typeof sign>[2], Buffer>(sign)

function keyPairOf(alg: SigningAlgorithm): KeyObject {
  if (alg === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519').privateKey
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/** A key that nobody gets to see: it signs, as that of a KMS does. */
function signerOf(alg: SigningAlgorithm, kid: string, changes: Partial<Signer> = {}): Signer {
  const key = keyPairOf(alg)
  return {
    alg,
    kid,
    publicJwk: createPublicKey(key).export({ format: 'jwk' }) as PublicJwk,
    sign: (bytes) => signBytes(alg === 'EdDSA' ? null : 'sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }),
    ...changes,
  }
}

async function statusAt({ rs }: World, accessToken: string): Promise<number> {
  const result = await rs.authenticate(mcpRequest(accessToken))
  return result instanceof Response ? result.status : 200
}

for (const alg of ['ES256', 'RS256', 'EdDSA'] as const)
  test(`law 9: with a key held elsewhere tokens are signed as ${alg}, and nothing of a key is kept`, async () => {
    const world = createWorld({ as: { signer: signerOf(alg, 'kms-1') } })

    const { accessToken } = await signedInClient(world)

    const { alg: used, kid } = headerOf(accessToken)
    assert.deepEqual([used, kid, await statusAt(world, accessToken)], [alg, 'kms-1', 200])
    assert.deepEqual((await world.store.get('keyRing', 'ring'))?.value, { keys: [] })
    const openid = await (await world.send('/.well-known/openid-configuration')).json()
    assert.deepEqual(openid.id_token_signing_alg_values_supported, [alg])
  })

test('a signer whose signatures are not those of JWS, or of another key, is said so before the server is ready', async () => {
  const key = keyPairOf('ES256')
  const asn1 = signerOf('ES256', 'a', {
    publicJwk: createPublicKey(key).export({ format: 'jwk' }) as PublicJwk,
    sign: (bytes) => signBytes('sha256', bytes, { key, dsaEncoding: 'der' }),
  })
  const other = signerOf('ES256', 'a', { publicJwk: signerOf('ES256', 'b').publicJwk })

  for (const signer of [asn1, other])
    await assert.rejects(createWorld({ as: { signer } }).as.ready(), /does not verify with its "publicJwk" as ES256/)
})

test('a signer that cannot be reached is a failure of ours, and the client gets its token at the next try', async () => {
  const signer = signerOf('ES256', 'kms-1')
  let isDown = false
  const world = createWorld({
    as: {
      signer: {
        ...signer,
        sign: (bytes) => (isDown ? Promise.reject(new Error('KMS: no route')) : signer.sign(bytes)),
      },
    },
  })
  const { client, refreshToken } = await signedInClient(world)

  isDown = true
  const refused = await refresh(world, client, refreshToken)
  isDown = false
  const again = await refresh(world, client, refreshToken)

  assert.deepEqual([refused.status, refused.body.error], [503, 'temporarily_unavailable'])
  assert.ok(refused.headers.has('retry-after'))
  assert.doesNotMatch(JSON.stringify(refused.body), /KMS/)
  assert.equal(await statusAt(world, again.body.access_token), 200)
})

test('law 5: while a signer cannot be reached no code is used up', async () => {
  const signer = signerOf('ES256', 'kms-1')
  let isDown = false
  const world = createWorld({
    as: {
      refreshReplayWindow: 0,
      signer: {
        ...signer,
        sign: (bytes) => (isDown ? Promise.reject(new Error('KMS: no route')) : signer.sign(bytes)),
      },
    },
  })
  await world.as.ready()
  const attempt = attemptOf(await register(world))
  const code = (await consent(world, attempt)).get('code') ?? ''

  isDown = true
  const refused = [await exchange(world, attempt, code), await exchange(world, attempt, code)]
  isDown = false
  const again = await exchange(world, attempt, code)

  assert.deepEqual(
    refused.map(({ status }) => status),
    [503, 503],
  )
  assert.equal(await statusAt(world, again.body.access_token), 200)
})

test('law 9: where a signer signs, no command makes a key that would be trusted beside it', async () => {
  const world = createWorld({ as: { signer: signerOf('ES256', 'kms-1') } })
  await world.as.ready()
  const options = { store: world.store, secrets: [secret], now: () => world.clock.now }

  const made = [await rotateSigningKey(options), await revokeSigningKeys(options)]

  const { keys } = await (await world.send('/jwks')).json()
  assert.deepEqual(made, [[], []])
  assert.deepEqual(
    keys.map(({ kid }: { kid: string }) => kid),
    ['kms-1'],
  )
})

test('keys move to a signer and back without breaking a token: what stood in the store is published on, and signs no more', async () => {
  const world = createWorld()
  const now = () => world.clock.now
  const own = await signedInClient(world)
  const signer = signerOf('ES256', 'kms-1')

  const elsewhere = createWorld({ store: world.store, as: { signer, now }, rs: { now } })
  const signed = await signedInClient(elsewhere)
  assert.deepEqual(
    [await statusAt(elsewhere, own.accessToken), await statusAt(elsewhere, signed.accessToken)],
    [200, 200],
  )
  assert.doesNotMatch(JSON.stringify(await world.store.get('keyRing', 'ring')), /encryptedPrivateKey/)

  const back = createWorld({ store: world.store, as: { now }, rs: { now } })
  const { accessToken } = await signedInClient(back)
  assert.equal(await statusAt(back, accessToken), 200)
  assert.notEqual(headerOf(accessToken).kid, 'kms-1')
})

test('a signer is replaced by the one whose key was published beside it, and no token is broken', async () => {
  const [first, second] = [signerOf('ES256', 'kms-1'), signerOf('RS256', 'kms-2')]
  const before = createWorld({ as: { signer: { ...first, alsoPublished: [second] } } })
  const old = await signedInClient(before)

  const after = createWorld({ store: before.store, as: { signer: { ...second, alsoPublished: [first] } } })
  const attempt = attemptOf(await register(after))
  const { body } = await exchange(after, attempt, (await consent(after, attempt)).get('code') ?? '')

  for (const world of [before, after])
    assert.deepEqual([await statusAt(world, old.accessToken), await statusAt(world, body.access_token)], [200, 200])
  const { keys } = await (await after.send('/jwks')).json()
  assert.deepEqual(
    keys.map(({ kid }: { kid: string }) => kid),
    ['kms-2', 'kms-1'],
  )
})

test('the published key of a signer has public members alone, whatever its JWK carries', async () => {
  const { publicJwk, ...signer } = signerOf('ES256', 'kms-1')
  const world = createWorld({ as: { signer: { ...signer, publicJwk: { ...publicJwk, arn: 'secret' } as PublicJwk } } })

  const { keys } = await (await world.send('/jwks')).json()

  assert.deepEqual(Object.keys(keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
})

/** A signer of which a test says, at each signature, what it does in place of signing. */
function faultySigner(alg: SigningAlgorithm) {
  const whole = signerOf(alg, 'kms-1')
  const state: { instead?: ((bytes: Uint8Array) => unknown) | undefined } = {}
  const sign = async (bytes: Uint8Array) => (state.instead ?? whole.sign)(bytes) as Promise<Uint8Array>
  return { state, whole, signer: { ...whole, sign } }
}

test('law 5: a signer that hangs is given up after its time with 503 and Retry-After, and neither code nor refresh token is used up', async (t) => {
  const { state, signer } = faultySigner('ES256')
  const world = createWorld({ as: { refreshReplayWindow: 0, signer, signerTimeout: 3 } })
  const { client, refreshToken } = await signedInClient(world)
  const attempt = attemptOf(client)
  const code = (await consent(world, attempt)).get('code') ?? ''
  const grants = async () => JSON.stringify(await world.store.list('grant', 'client', client.clientId))
  const before = await grants()
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())

  for (const ask of [() => exchange(world, attempt, code), () => refresh(world, client, refreshToken)]) {
    const asked = new Promise<void>((resolve) => {
      state.instead = () => {
        resolve()
        return new Promise(() => {})
      }
    })
    const answer = ask()
    await asked
    mock.timers.tick(3000)
    const { status, body, headers } = await answer
    assert.deepEqual([status, body.error, headers.get('retry-after')], [503, 'temporarily_unavailable', '30'])
  }
  assert.equal(await grants(), before)

  state.instead = undefined
  for (const { status } of [await exchange(world, attempt, code), await refresh(world, client, refreshToken)])
    assert.equal(status, 200)
  const refused = world.events.filter(({ type }) => type === 'token_refused')
  assert.deepEqual(
    refused.map((event) => event.type === 'token_refused' && event.reason),
    ['signer_unavailable', 'signer_unavailable'],
  )
  const failures = world.events.filter((event) => event.type === 'failure' && event.operation === 'signer')
  assert.equal(failures.length, 2)
})

test('a signer that hangs at the start ends the wait of ready, and the next start tries anew', async (t) => {
  const { state, signer } = faultySigner('ES256')
  const world = createWorld({ as: { signer } })
  mock.timers.enable({ apis: ['setTimeout'] })
  t.after(() => mock.timers.reset())
  const asked = new Promise<void>((resolve) => {
    state.instead = () => {
      resolve()
      return new Promise(() => {})
    }
  })

  const ready = assert.rejects(world.as.ready(), /has not signed within 5 seconds/)
  await asked
  mock.timers.tick(5000)
  await ready

  state.instead = undefined
  await world.as.ready()
})

for (const alg of ['ES256', 'RS256', 'EdDSA'] as const)
  test(`law 9: a signature of ${alg} that does not verify never leaves, and costs the client nothing`, async () => {
    const { state, whole, signer } = faultySigner(alg)
    const world = createWorld({ as: { refreshReplayWindow: 0, signer } })
    const { client, refreshToken } = await signedInClient(world)
    const other = signerOf(alg, 'kms-1')

    const wrong: ((bytes: Uint8Array) => unknown)[] = [
      (bytes) => other.sign(bytes), // another key took its place
      (bytes) => whole.sign(bytes.subarray(1)),
      async (bytes) => (await whole.sign(bytes)).subarray(1),
      async (bytes) => Buffer.from(await whole.sign(bytes)).toString('base64url'),
      () => new Uint8Array(),
      () => undefined,
      () => 1e15,
      () => {
        throw new Error('KMS: no route')
      },
    ]
    for (const instead of wrong) {
      state.instead = instead
      const { status, body } = await refresh(world, client, refreshToken)
      assert.deepEqual([status, body.error, body.access_token], [503, 'temporarily_unavailable', undefined])
      assert.doesNotMatch(JSON.stringify(body), /KMS|publicJwk/)
    }

    state.instead = undefined
    const again = await refresh(world, client, refreshToken)
    assert.equal(await statusAt(world, again.body.access_token), 200)
  })

test('what a signer says of its key is read once: nothing that changes behind the server is published, or stands in tokens', async () => {
  const first = signerOf('ES256', 'kms-1')
  const changing: Signer = { ...first, publicJwk: { ...first.publicJwk }, alsoPublished: [] }
  const world = createWorld({ as: { signer: changing } })
  const before = await (await world.send('/jwks')).json()

  Object.assign(changing.publicJwk, signerOf('ES256', 'kms-2').publicJwk)
  Object.assign(changing, { kid: 'kms-2', alg: 'EdDSA' })
  const { accessToken } = await signedInClient(world)

  assert.deepEqual(await (await world.send('/jwks')).json(), before)
  assert.deepEqual([headerOf(accessToken).kid, await statusAt(world, accessToken)], ['kms-1', 200])
})

test('a signer may transfer what it is given, and use again what it gave', async () => {
  const whole = signerOf('ES256', 'kms-1')
  const given: Uint8Array[] = []
  const sign = async (bytes: Uint8Array) => {
    const signature = new Uint8Array(await whole.sign(bytes))
    structuredClone(bytes, { transfer: [bytes.buffer as ArrayBuffer] })
    given.push(signature)
    return signature
  }
  const world = createWorld({ as: { signer: { ...whole, sign } } })

  const { accessToken } = await signedInClient(world)
  for (const signature of given) signature.fill(0)

  assert.equal(await statusAt(world, accessToken), 200)
})

test('law 5: while a signer is away no assertion of a client is used up, and no grant of its own begins', async () => {
  const { state, signer } = faultySigner('ES256')
  const world = await createMachineWorld(
    { clientCredentials: { [resource]: ['notes:read'] } },
    { metadata: keyMethod, as: () => ({ signer }) },
  )
  await world.as.ready()
  const shown = { grant_type: 'client_credentials', ...(await assertionOf(world.machine)) }
  const grants = () => world.store.list('grant', 'client', world.machine.clientId)

  state.instead = () => Promise.reject(new Error('KMS: no route'))
  const refused = await postToken(world, shown)
  assert.deepEqual([refused.status, await grants()], [503, []])
  state.instead = undefined
  assert.equal((await postToken(world, shown)).status, 200)
  assert.equal((await postToken(world, shown)).status, 401) // it was used by then
})

test('law 5: while a signer is away no token is exchanged, and no assertion of the client used up', async () => {
  const { state, signer } = faultySigner('ES256')
  const world = await createMachineWorld(
    { tokenExchange: { from: resource, to: [files] } },
    { metadata: keyMethod, as: () => ({ signer }) },
  )
  const { accessToken } = await signedInClient(world)
  const asked = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: accessToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...(await assertionOf(world.machine)),
  }

  state.instead = () => Promise.reject(new Error('KMS: no route'))
  assert.equal((await postToken(world, asked)).status, 503)
  state.instead = undefined
  assert.equal((await postToken(world, asked)).status, 200)
})

const good = signerOf('ES256', 'kms-1')
const refused: [string, Partial<Signer>, RegExp][] = [
  ['an algorithm that is none of ours', { alg: 'HS256' as 'ES256' }, /"signer.alg" must be one of/],
  ['no kid', { kid: '' }, /"signer.kid"/],
  ['a key of another type', { alg: 'RS256' }, /is no key of RS256/],
  ['the private half', { publicJwk: keyPairOf('ES256').export({ format: 'jwk' }) as PublicJwk }, /private half/],
  [
    'a curve that its algorithm has not',
    {
      publicJwk: createPublicKey(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey).export({
        format: 'jwk',
      }) as PublicJwk,
    },
    /on no curve of ES256/,
  ],
  [
    'a short key of RSA',
    { alg: 'RS256', publicJwk: { kty: 'RSA', n: 'A'.repeat(171), e: 'AQAB' } },
    /at least 2048 bits/,
  ],
  ['a kid twice', { alsoPublished: [signerOf('ES256', 'kms-1')] }, /the same "kid"/],
]
for (const [what, changes, message] of refused)
  test(`a signer with ${what} is refused at construction`, () => {
    assert.throws(() => createWorld({ as: { signer: { ...good, ...changes } } }), { name: 'TypeError', message })
  })

test('a time for the signer that is none is refused at construction', () => {
  for (const signerTimeout of [0, -1, 1.5, 61, Number.NaN])
    assert.throws(() => createWorld({ as: { signer: good, signerTimeout } }), TypeError)
})

test('keys are elsewhere or here, not both', () => {
  const as = { signer: good, signingKeys: {} }

  assert.throws(() => createWorld({ as }), { name: 'TypeError', message: /exclude one another/ })
})
