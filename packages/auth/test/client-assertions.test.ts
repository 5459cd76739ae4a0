import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import {
  attemptOf,
  authorize,
  consent,
  createWorld,
  exchange,
  issuer,
  postToken,
  refresh,
  register,
  type TestClient,
  type TokenAnswer,
  type World,
} from './world.ts'

const documentClient: TestClient = {
  clientId: 'https://client.example/mcp.json',
  redirectUri: 'https://client.example/callback',
}
const keysUrl = 'https://client.example/jwks.json'
const pair = await generateKeyPair('RS256')
const publicJwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
const other = await generateKeyPair('RS256')

test('a client that registered its keys signs in and refreshes with assertions, and gets no secret', async () => {
  const world = createWorld()
  const client = await register(world, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } })

  const { status, body } = await redeemed(world, client)
  const again = await refresh(world, client, body.refresh_token ?? '', await asserting(client))

  assert.deepEqual([status, again.status], [200, 200])
  assert.equal(client.clientSecret, undefined)
})

test('AS-24 a client whose document has keys at a URL must authenticate, and its keys are fetched live', async () => {
  const { world, asked } = describing({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: keysUrl })

  const without = await redeemed(world, documentClient, {})
  const { status } = await redeemed(world, documentClient)

  assert.deepEqual([without.status, without.body.error], [401, 'invalid_client'])
  assert.equal(status, 200)
  assert.deepEqual(asked, [documentClient.clientId, keysUrl])
})

test('a document that lists methods, as ChatGPT’s does, is taken, and its client comes with an assertion or without', async () => {
  const { world } = describing({
    token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
    jwks_uri: keysUrl,
  })

  assert.equal((await redeemed(world, documentClient)).status, 200)
  assert.equal((await redeemed(world, documentClient, {})).status, 200)
  assert.equal(
    (await redeemed(world, documentClient, await asserting(documentClient, { key: other.privateKey }))).status,
    401,
  )
})

test('AS-24 a document that lists methods with a secret alone is refused', async () => {
  const { world } = describing({ token_endpoint_auth_methods_supported: ['client_secret_post'] })

  const response = await authorize(world, attemptOf(documentClient))

  assert.equal(response.status, 400)
  assert.match(await response.text(), /invalid_client/)
})

for (const audience of [issuer, `${issuer}/`, `${issuer}/token`])
  test(`an assertion for ${audience} is taken`, async () => {
    const { world } = describing()

    const { status, body } = await redeemed(world, documentClient, await asserting(documentClient, { audience }))

    assert.equal(status, 200, JSON.stringify(body))
  })

const now = 1_800_000_000
const refused: Readonly<Record<string, Assertion>> = {
  'is for another server': { audience: 'https://other.example/token' },
  'has no audience': { audience: undefined },
  'is for another server too': { audience: [issuer, 'https://other.example'] },
  'is for us in a list': { audience: [issuer] },
  'is signed with another key': { key: other.privateKey },
  'has expired': { expiresAt: now - 31 },
  'lives longer than an hour': { expiresAt: now + 3601 },
  'never expires': { expiresAt: undefined },
  'has no id': { id: undefined },
  'is issued by somebody else': { issuer: 'https://other.example/mcp.json' },
  'is signed with a secret': { algorithm: 'HS256', key: new TextEncoder().encode('x'.repeat(64)) },
}

for (const [title, changes] of Object.entries(refused))
  test(`law 9: an assertion that ${title} is refused, and burns no code`, async () => {
    const { world } = describing()
    const attempt = attemptOf(documentClient)
    const code = (await consent(world, attempt)).get('code') ?? ''

    const { status, body } = await exchange(world, attempt, code, await asserting(documentClient, changes))
    const honest = await exchange(world, attempt, code, await asserting(documentClient))

    assert.deepEqual([status, body.error], [401, 'invalid_client'])
    assert.equal(honest.status, 200)
  })

test('an assertion is good for one request', async () => {
  const { world } = describing()
  const assertion = await asserting(documentClient)
  const first = await redeemed(world, documentClient, assertion)

  const { status, body } = await refresh(world, documentClient, first.body.refresh_token ?? '', assertion)

  assert.deepEqual([status, body.error_description], [401, 'The client assertion was used before'])
})

test('law 5: a mistake that can be corrected does not burn the assertion beside it', async () => {
  const { world } = describing()
  const attempt = attemptOf(documentClient)
  const code = (await consent(world, attempt)).get('code') ?? ''
  const assertion = await asserting(documentClient)

  const wrong = await exchange(world, attempt, code, { ...assertion, resource: 'https://other.example/mcp' })
  const { status } = await exchange(world, attempt, code, assertion)

  assert.deepEqual([wrong.body.error, status], ['invalid_target', 200])
})

test('an assertion that fifty send at once, with grants of their own, is good for one of them', async () => {
  const { world } = describing()
  const assertion = await asserting(documentClient)
  const attempts = Array.from({ length: 50 }, () => attemptOf(documentClient))
  const codes: string[] = []
  for (const attempt of attempts) codes.push((await consent(world, attempt)).get('code') ?? '')

  const answers = await Promise.all(attempts.map((attempt, at) => exchange(world, attempt, codes[at] ?? '', assertion)))

  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal(answers.filter(({ body }) => body.error === 'invalid_client').length, 49)
})

test('an assertion that came with a refresh token is good for no revocation, and the other way round', async () => {
  const { world } = describing()
  const { body } = await redeemed(world, documentClient)
  const [used, fresh] = [await asserting(documentClient), await asserting(documentClient)]
  const { body: next } = await refresh(world, documentClient, body.refresh_token ?? '', used)
  const revoke = async (assertion: Record<string, string>, token: string) => {
    const form = new URLSearchParams({ ...assertion, token }).toString()
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return (await world.send('/revoke', { method: 'POST', headers, body: form })).status
  }

  assert.equal(await revoke(used, next.refresh_token ?? ''), 401)
  assert.equal(await revoke(fresh, 'x'), 200)
  assert.equal((await refresh(world, documentClient, next.refresh_token ?? '', fresh)).status, 401)
  assert.equal(
    (await refresh(world, documentClient, next.refresh_token ?? '', await asserting(documentClient))).status,
    200,
  )
})

test('law 6: who asks again for the successor of a refresh token does so with an assertion that is new', async () => {
  const { world } = describing()
  const { body } = await redeemed(world, documentClient)
  const assertion = await asserting(documentClient)
  const first = await refresh(world, documentClient, body.refresh_token ?? '', assertion)

  const same = await refresh(world, documentClient, body.refresh_token ?? '', assertion)
  const again = await refresh(world, documentClient, body.refresh_token ?? '', await asserting(documentClient))

  assert.deepEqual([same.status, again.status], [401, 200])
  assert.equal(again.body.refresh_token, first.body.refresh_token)
})

test('a key that was withdrawn from its URL is not taken, however long nobody came with it', async () => {
  let published: unknown[] = [publicJwk]
  const { world } = describing(undefined, (text, url) => (url === keysUrl ? JSON.stringify({ keys: published }) : text))
  const { body } = await redeemed(world, documentClient)
  published = []
  world.clock.now += 24 * 3600
  const late = await asserting(documentClient, { expiresAt: world.clock.now + 60 })

  const { status } = await refresh(world, documentClient, body.refresh_token ?? '', late)

  assert.equal(status, 401)
})

test('law 8: a client that nobody has let in has no keys fetched, and nothing that it signs remembered', async () => {
  const { world, asked } = describing()
  const stranger = await register(world, { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: keysUrl })
  const kept: string[] = []
  const { commit } = world.store
  world.store.commit = (changes) => {
    kept.push(...changes.map(({ kind }) => kind))
    return commit(changes)
  }

  const { body } = await refresh(world, stranger, 'x', await asserting(stranger))

  assert.equal(body.error, 'invalid_grant')
  assert.deepEqual([asked, kept], [[], []])
})

test('keys that cannot be had now are our trouble, not the client’s fault', async () => {
  const { world, host } = describing()
  host.isDown = true

  const { status, body, headers } = await redeemed(world, documentClient)

  assert.deepEqual([status, body.error], [503, 'temporarily_unavailable'])
  assert.equal(headers.get('retry-after'), '30')
  assert.ok(world.events.some((event) => event.type === 'token_refused' && event.reason === 'client_unavailable'))
})

test('a client with a secret may name the type of an assertion that it does not send', async () => {
  const world = createWorld()
  const client = await register(world, { token_endpoint_auth_method: 'client_secret_post' })
  const { client_assertion_type } = await asserting(client)

  const { status } = await redeemed(world, client, {
    client_id: client.clientId,
    client_secret: client.clientSecret ?? '',
    client_assertion_type: client_assertion_type ?? '',
  })

  assert.equal(status, 200)
})

test('an assertion beside a secret is two methods at once', async () => {
  const { world } = describing()

  const { status, body } = await redeemed(world, documentClient, {
    ...(await asserting(documentClient)),
    client_secret: 'x',
  })

  assert.deepEqual([status, body.error], [400, 'invalid_request'])
})

test('a client without keys cannot authenticate by an assertion', async () => {
  const world = createWorld()
  const client = await register(world)

  const { status, body } = await redeemed(world, client)

  assert.deepEqual([status, body.error], [401, 'invalid_client'])
})

test('the client of an assertion need not be named beside it, and must not be another', async () => {
  const { world } = describing()
  const { client_id: _, ...assertion } = await asserting(documentClient)

  const unnamed = await postToken(world, { grant_type: 'refresh_token', refresh_token: 'x', ...assertion })
  const named = await postToken(world, {
    grant_type: 'refresh_token',
    refresh_token: 'x',
    ...(await asserting(documentClient)),
    client_id: 'another',
  })

  assert.equal(unnamed.body.error, 'invalid_grant')
  assert.equal(named.body.error, 'invalid_request')
})

for (const [title, key] of Object.entries({
  'is too short': { kty: 'RSA', n: 'A'.repeat(100), e: 'AQAB' },
  'is no point of its curve': { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' },
  'is not there but for its name': { kty: 'EC', crv: 'P-256' },
}))
  test(`a registered key that ${title} is no failure of ours`, async () => {
    const world = createWorld()
    const client = await register(world, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key] } })
    const claims = { iss: client.clientId, sub: client.clientId, aud: issuer, exp: now + 60, jti: 'a' }
    const encoded = [{ alg: key.kty === 'RSA' ? 'RS256' : 'ES256' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )

    const { status, body } = await redeemed(world, client, {
      ...(await asserting(client)),
      client_assertion: `${encoded.join('.')}.AAAA`,
    })

    assert.deepEqual([status, body.error], [503, 'temporarily_unavailable'])
    assert.deepEqual(
      world.events.filter(({ type }) => type === 'failure'),
      [],
    )
  })

test('of keys in a document, what verifying needs is kept and nothing else, however deep it is', async () => {
  const { world } = describing({ token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [publicJwk] } }, (text) =>
    text.replace('"kid"', `"deep":${'['.repeat(20_000)}${']'.repeat(20_000)},"kid"`),
  )

  assert.equal((await redeemed(world, documentClient)).status, 200)
})

test('law 11: what stands at the URL of keys is quoted in no event', async () => {
  const { world } = describing(undefined, (text, url) => (url === keysUrl ? '\u001b[31mSECRET' : text))

  await redeemed(world, documentClient)

  const told = world.events.filter(({ type }) => type === 'client_keys_failed')
  assert.equal(told.length, 1)
  assert.doesNotMatch(JSON.stringify(told), /SECRET|u001b/)
})

for (const method of ['none', 'client_secret_post'])
  for (const keys of [{ jwks_uri: '' }, { jwks: {} }, { jwks_uri: 'http://client.example/jwks.json' }])
    test(`a registration for ${method} is taken with ${JSON.stringify(keys)}, which it needs not`, async () => {
      const client = await register(createWorld(), { token_endpoint_auth_method: method, ...keys })

      assert.notEqual(client.clientId, undefined)
    })

for (const [title, metadata] of Object.entries({
  'a private key': { jwks: { keys: [{ ...publicJwk, d: 'x' }] } },
  'a symmetric key': { jwks: { keys: [{ kty: 'oct', k: 'x' }] } },
  'no keys': {},
  'keys at no https URL': { jwks_uri: 'http://client.example/jwks.json' },
  'keys at a URL with a password': { jwks_uri: 'https://me:secret@client.example/jwks.json' },
  'keys at a URL with control characters': { jwks_uri: `${keysUrl}\n\u001b[31m` },
  'keys twice': { jwks: { keys: [publicJwk] }, jwks_uri: keysUrl },
}))
  test(`AS-25 a registration for private_key_jwt with ${title} is refused`, async () => {
    const world = createWorld()

    const response = await world.send('/register', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        redirect_uris: ['https://client.example/callback'],
        token_endpoint_auth_method: 'private_key_jwt',
        ...metadata,
      }),
    })

    assert.equal(response.status, 400)
    assert.equal((await response.json()).error, 'invalid_client_metadata')
  })

interface Assertion {
  audience?: string | string[] | undefined
  key?: CryptoKey | Uint8Array
  algorithm?: string
  expiresAt?: number | undefined
  id?: string | undefined
  issuer?: string
}

async function asserting({ clientId }: TestClient, changes: Assertion = {}): Promise<Record<string, string>> {
  const {
    audience,
    key,
    algorithm,
    expiresAt,
    id,
    issuer: iss,
  } = {
    audience: issuer,
    key: pair.privateKey,
    algorithm: 'RS256',
    expiresAt: now + 60,
    id: randomUUID(),
    issuer: clientId,
    ...changes,
  }
  const claims = { iss, sub: clientId, aud: audience, exp: expiresAt, jti: id }
  const jwt = await new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithm, kid: 'k1' })
    .sign(key)
  return {
    client_id: clientId,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
  }
}

/** Consents, and redeems the code with an assertion, or with what is given in its place. */
async function redeemed(world: World, client: TestClient, credentials?: Record<string, string>): Promise<TokenAnswer> {
  const attempt = attemptOf(client)
  const code = (await consent(world, attempt)).get('code') ?? ''
  return exchange(world, attempt, code, credentials ?? (await asserting(client)))
}

function describing(
  document: Record<string, unknown> = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: keysUrl },
  written = (text: string, _url: string) => text,
) {
  const asked: string[] = []
  const host = { isDown: false }
  const texts: Readonly<Record<string, unknown>> = {
    [documentClient.clientId]: {
      client_id: documentClient.clientId,
      client_name: 'A client',
      redirect_uris: [documentClient.redirectUri],
      ...document,
    },
    [keysUrl]: { keys: [publicJwk] },
  }
  const world = createWorld({
    as: {
      clientDocuments: {
        dangerouslyUnguardedFetch: async (url) => {
          asked.push(url)
          if (host.isDown && url === keysUrl) return { kind: 'failure', reason: 'unreachable', detail: 'no connection' }
          return {
            kind: 'answer',
            status: 200,
            header: (name) => (name === 'content-type' ? 'application/json' : undefined),
            text: written(JSON.stringify(texts[url]), url),
          }
        },
      },
    },
  })
  return { world, asked, host }
}
