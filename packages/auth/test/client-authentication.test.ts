import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { StaticClient } from '@portcullis/auth/authorization-server'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { attemptOf, consent, createWorld, issuer, resource, type World } from './world.ts'

type Method = 'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'

const redirectUri = 'https://client.example/callback'
const clientSecret = 'colon:percent%plus+slash/and=equals&0123456789'
const pair = await generateKeyPair('ES256')
const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'ES256' }

const clients: readonly StaticClient[] = [
  { clientId: 'public', redirectUris: [redirectUri], authenticationMethod: 'none' },
  { clientId: 'basic', redirectUris: [redirectUri], authenticationMethod: 'client_secret_basic', secret: clientSecret },
  { clientId: 'post', redirectUris: [redirectUri], authenticationMethod: 'client_secret_post', secret: clientSecret },
  {
    clientId: 'signs',
    redirectUris: [redirectUri],
    authenticationMethod: 'private_key_jwt',
    keys: { kind: 'inline', jwks: { keys: [{ ...jwk }] } },
  },
]
const clientOf: Readonly<Record<Method, string>> = {
  none: 'public',
  client_secret_basic: 'basic',
  client_secret_post: 'post',
  private_key_jwt: 'signs',
}
const methods = Object.keys(clientOf) as Method[] // the keys of the table above

interface Shown {
  fields?: Record<string, string>
  authorization?: string
}

/** What a client shows by a method; each half of Basic is form-encoded (RFC 6749 §2.3.1). */
async function shownBy(method: Method, clientId: string): Promise<Shown> {
  switch (method) {
    case 'none':
      return { fields: { client_id: clientId } }
    case 'client_secret_basic':
      return { authorization: basic(clientId, clientSecret) }
    case 'client_secret_post':
      return { fields: { client_id: clientId, client_secret: clientSecret } }
    case 'private_key_jwt':
      return { fields: await assertionOf(clientId) }
    default:
      return method satisfies never
  }
}

function basic(clientId: string, secret: string): string {
  const [, id = '', encoded = ''] = /^a=(.*)&b=(.*)$/.exec(`${new URLSearchParams({ a: clientId, b: secret })}`) ?? []
  return `Basic ${btoa(`${id}:${encoded}`)}`
}

async function assertionOf(clientId: string): Promise<Record<string, string>> {
  const jwt = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(issuer)
    .setExpirationTime(1_800_000_060)
    .sign(pair.privateKey)
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: jwt,
  }
}

async function post(world: World, path: string, fields: Record<string, string>, shown: Shown) {
  const response = await world.send(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(shown.authorization !== undefined && { authorization: shown.authorization }),
    },
    body: new URLSearchParams({ ...fields, ...shown.fields }).toString(),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers }
}

/** Somebody has allowed the client something: the fields of the token request that redeems it. */
async function redeemable(world: World, clientId: string): Promise<Record<string, string>> {
  const attempt = attemptOf({ clientId, redirectUri })
  const code = (await consent(world, attempt)).get('code') ?? ''
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: attempt.verifier,
    resource,
  }
}

const secretMethods: readonly Method[] = ['client_secret_basic', 'client_secret_post']

for (const registered of methods)
  for (const shown of methods) {
    // A secret is one however it is shown: many clients register for one way and come by the other.
    const isTaken = registered === shown || (secretMethods.includes(registered) && secretMethods.includes(shown))

    test(`AS-01 a client of ${registered} that comes by ${shown} is ${isTaken ? 'taken' : 'invalid_client, and nothing is burnt'}, to redeem and to revoke`, async () => {
      const world = createWorld({ as: { clients } })
      const clientId = clientOf[registered]
      const fields = await redeemable(world, clientId)

      const tried = await post(world, '/token', fields, await shownBy(shown, clientId))
      const redeemed = isTaken ? tried : await post(world, '/token', fields, await shownBy(registered, clientId))
      const token = redeemed.body.refresh_token
      const revocation = await post(world, '/revoke', { token }, await shownBy(shown, clientId))
      const refreshed = await post(
        world,
        '/token',
        { grant_type: 'refresh_token', refresh_token: token },
        await shownBy(registered, clientId),
      )

      assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body))
      if (!isTaken) assert.deepEqual([tried.status, tried.body.error], [401, 'invalid_client'])
      assert.equal(revocation.status, isTaken ? 200 : 401)
      assert.equal(refreshed.status, isTaken ? 400 : 200)
    })
  }

for (const [at, first] of methods.entries())
  for (const second of methods.slice(at + 1))
    if (first !== 'none')
      test(`a request that authenticates by ${first} and ${second} at once is invalid_request at both endpoints`, async () => {
        const world = createWorld({ as: { clients } })
        const fields = await redeemable(world, 'basic')
        const [one, two] = [await shownBy(first, 'basic'), await shownBy(second, 'basic')]
        const both: Shown = { fields: { ...one.fields, ...two.fields } }
        const authorization = one.authorization ?? two.authorization
        if (authorization !== undefined) both.authorization = authorization

        const redeemed = await post(world, '/token', fields, both)
        const revoked = await post(world, '/revoke', { token: 'x' }, both)

        assert.deepEqual([redeemed.status, redeemed.body.error], [400, 'invalid_request'])
        assert.deepEqual([revoked.status, revoked.body.error], [400, 'invalid_request'])
      })

test('a client that names itself beside its Basic credentials is taken, and one that names another is not', async () => {
  const world = createWorld({ as: { clients } })
  const fields = await redeemable(world, 'basic')
  const authorization = basic('basic', clientSecret)

  const other = await post(world, '/token', fields, { authorization, fields: { client_id: 'post' } })
  const same = await post(world, '/token', fields, { authorization, fields: { client_id: 'basic' } })

  assert.deepEqual([other.status, other.body.error], [400, 'invalid_request'])
  assert.equal(same.status, 200)
})

test('RFC 6749 §2.3.1 a secret in Basic is form-encoded: one that is not is another secret', async () => {
  const world = createWorld({ as: { clients } })
  const fields = await redeemable(world, 'basic')

  const raw = await post(world, '/token', fields, { authorization: `Basic ${btoa(`basic:${clientSecret}`)}` })
  const encoded = await post(world, '/token', fields, { authorization: basic('basic', clientSecret) })

  assert.deepEqual([raw.status, raw.body.error], [401, 'invalid_client'])
  assert.equal(raw.headers.get('www-authenticate'), 'Basic realm="token endpoint"')
  assert.equal(encoded.status, 200)
})

for (const authorization of ['Bearer abc', 'Basic', 'Basic %%%', 'Basic bm8tY29sb24=', 'Digest a=b'])
  test(`an Authorization header that is ${authorization} is invalid_client, whatever stands in the body`, async () => {
    const world = createWorld({ as: { clients } })
    const fields = await redeemable(world, 'post')

    const { status, body, headers } = await post(world, '/token', fields, {
      authorization,
      fields: (await shownBy('client_secret_post', 'post')).fields ?? {},
    })

    assert.ok(status === 401 || status === 400, String(status))
    assert.match(body.error, /^invalid_(client|request)$/)
    if (status === 401) assert.match(headers.get('www-authenticate') ?? '', /^Basic /)
  })

test('a client secret in the query is not read', async () => {
  const world = createWorld({ as: { clients } })
  const fields = await redeemable(world, 'post')

  const { status } = await post(world, `/token?client_secret=${encodeURIComponent(clientSecret)}`, fields, {
    fields: { client_id: 'post' },
  })

  assert.equal(status, 401)
})

test('credentials that stand twice in the body are invalid_request', async () => {
  const world = createWorld({ as: { clients } })
  const fields = new URLSearchParams({ ...(await redeemable(world, 'post')), client_id: 'post' })
  fields.append('client_secret', clientSecret)
  fields.append('client_secret', clientSecret)

  const response = await world.send('/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: fields.toString(),
  })

  assert.deepEqual([response.status, (await response.json()).error], [400, 'invalid_request'])
})
