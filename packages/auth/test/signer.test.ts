import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { test } from 'node:test'
import { promisify } from 'node:util'
import {
  type PublicJwk,
  revokeSigningKeys,
  rotateSigningKey,
  type Signer,
  type SigningAlgorithm,
} from '@portcullis/auth/authorization-server'
import {
  attemptOf,
  consent,
  createWorld,
  exchange,
  headerOf,
  mcpRequest,
  refresh,
  register,
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

  assert.deepEqual([refused.status, refused.body.error], [500, 'server_error'])
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
    [500, 500],
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

const good = signerOf('ES256', 'kms-1')
const refused: [string, Partial<Signer>, RegExp][] = [
  ['an algorithm that is none of ours', { alg: 'HS256' as 'ES256' }, /"signer.alg" must be one of/],
  ['no kid', { kid: '' }, /"signer.kid"/],
  ['a key of another type', { alg: 'RS256' }, /is no key of RS256/],
  ['the private half', { publicJwk: keyPairOf('ES256').export({ format: 'jwk' }) as PublicJwk }, /private half/],
  ['a kid twice', { alsoPublished: [signerOf('ES256', 'kms-1')] }, /the same "kid"/],
]
for (const [what, changes, message] of refused)
  test(`a signer with ${what} is refused at construction`, () => {
    assert.throws(() => createWorld({ as: { signer: { ...good, ...changes } } }), { name: 'TypeError', message })
  })

test('keys are elsewhere or here, not both', () => {
  const as = { signer: good, signingKeys: {} }

  assert.throws(() => createWorld({ as }), { name: 'TypeError', message: /exclude one another/ })
})
