import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { startDepot, urlOf } from '../src/depot.ts'
import { type Answer, ask, callTool, said } from './ask.ts'
import { freePort, releases, sharedScene } from './scene.ts'
import { claimsOf, signedAnew, tokensFor, withAlgorithm } from './tokens.ts'

/** The table of errors of the fifth document, row by row, with what the RFCs want, on both releases. */
const scene = await sharedScene()
const { at, issuer, key, urls } = scene
const ada = await tokensFor(scene, 'ada')
const { access_token: good } = ada
const now = () => Math.floor(Date.now() / 1000)

for (const release of releases) {
  const url = urls[release]
  const initialize = (authorization?: string) =>
    ask(url, authorization, 'initialize', {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'raw', version: '1' },
    })
  const show = (token: string) => initialize(`Bearer ${token}`)

  test(`FastMCP ${release}: a token that Keycloak has just given is let in`, async () => {
    assert.equal((await show(good)).status, 200)
  })

  test(`FastMCP ${release}: no Authorization header is 401 with a challenge that has no error, says where the metadata is, and hints at Keycloak`, async () => {
    const { status, challenge } = await initialize()

    assert.equal(status, 401)
    const { origin } = new URL(url)
    assert.match(
      challenge ?? '',
      new RegExp(`^Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp", scope="orders`),
    )
    assert.match(challenge ?? '', new RegExp(`realm="MCP Server", authorization_server="${issuer}"$`))
    assert.doesNotMatch(challenge ?? '', /error/)
  })

  test(`FastMCP ${release}: what is no JWT is 401 with invalid_token`, async () => {
    for (const odd of ['invalid.token', 'opaque', `${good}.more`, good.slice(0, -1)]) assertInvalid(await show(odd))
  })

  test(`FastMCP ${release}: a token of a time to come is 401: Keycloak's where our clock is behind, and one with nbf, signed with Keycloak's key`, async () => {
    const { access_token: fresh } = await tokensFor(scene, 'ada')

    assertInvalid(await at(-60, () => show(fresh)), 'not valid yet')
    assertInvalid(await show(signedAnew(good, { nbf: now() + 60 }, key)), 'not valid yet')
  })

  test(`FastMCP ${release}: a token that is older than maxTokenAge is 401, though Keycloak lets it live for an hour`, async () => {
    const { access_token: lasting } = await tokensFor(scene, 'ada', { client: 'patient' })

    assert.equal((await at(600, () => show(lasting))).status, 200)
    assertInvalid(await at(920, () => show(lasting)), 'too old')
    assertInvalid(await show(signedAnew(lasting, { iat: undefined }, key)), 'lacks a claim')
  })

  test(`FastMCP ${release}: an expired token is 401, also one that was let in before`, async () => {
    assert.equal((await show(good)).status, 200)
    assertInvalid(await at(320, () => show(good)), 'expired')
    assertInvalid(await show(signedAnew(good, { exp: now() - 60, iat: now() - 360 }, key)), 'expired')
  })

  test(`FastMCP ${release}: who has no role is told 403, whatever they ask for, and no challenge that a new token could not answer`, async () => {
    const { access_token: eve } = await tokensFor(scene, 'eve')

    for (const { status, challenge, text } of [await show(eve), await callTool(url, eve, 'whoami')]) {
      assert.deepEqual([status, challenge], [403, undefined])
      assert.match(text, /one of the roles/)
    }
  })

  test(`FastMCP ${release}: a token that was signed by somebody else, or by nobody, is 401`, async () => {
    const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()

    for (const forged of [
      signedAnew(good, {}, foreign),
      withAlgorithm(good, 'none', ''),
      withAlgorithm(good, 'HS256', publicKey),
    ])
      assertInvalid(await show(forged))
    assert.equal((await show(signedAnew(good, {}, key))).status, 200, 'with the key of the realm it counts')
  })

  test(`FastMCP ${release}: Keycloak's other tokens are no access tokens: 401`, async () => {
    const { id_token: id = '', refresh_token: refresh = '' } = await tokensFor(scene, 'ada', {
      scope: 'openid orders:read orders-3:read orders:roles',
    })

    assert.ok(claimsOf(id).sub)
    for (const other of [id, refresh, signedAnew(id, { aud: url }, key)]) assertInvalid(await show(other))
  })

  test(`FastMCP ${release}: law 2: a token that is for the other server, for nobody, or of another issuer is 401`, async () => {
    const scope = release === 'newest' ? 'orders-3:read orders:roles' : 'orders:read orders:roles'

    for (const token of [
      (await tokensFor(scene, 'ada', { scope })).access_token,
      (await tokensFor(scene, 'ada', { scope: 'orders:roles' })).access_token,
      signedAnew(good, { iss: issuer.replace(/[^/]+$/, 'master') }, key),
    ])
      assertInvalid(await show(token))
  })

  test(`FastMCP ${release}: a tool that fails with words of tokens is no refusal of a token`, async () => {
    const answer = await callTool(url, good, 'approve_order', { id: 'Unauthorized: Token has expired' })

    assert.deepEqual([answer.status, answer.message.result?.isError], [200, true])
    assert.match(said(answer), /There is no order Unauthorized: Token has expired/)
  })
}

test('While Keycloak is not there, the challenge is, and a token is answered 503: nobody is told that theirs is bad', async (t) => {
  const [newest, old, warehouse] = [await freePort(), await freePort(), await freePort()]
  const nobody = `http://localhost:${await freePort()}/realms/mcp_security`
  const depot = await startDepot({ ports: { newest, '3.22': old, warehouse }, issuer: nobody, secret: 'none' })
  t.after(depot.stop)

  for (const port of [newest, old]) {
    const without = await ask(urlOf(port), undefined, 'initialize')
    const withToken = await ask(urlOf(port), `Bearer ${signedAnew(good, { iss: nobody }, key)}`, 'initialize')
    assert.equal(without.status, 401)
    assert.match(without.challenge ?? '', /resource_metadata=/)
    assert.deepEqual([withToken.status, withToken.challenge], [503, undefined])
  }
})

/** RFC 6750 §3.1: the client throws the token away, and knows where to get another. */
function assertInvalid({ status, challenge = '' }: Answer, description = ''): void {
  assert.equal(status, 401)
  assert.match(
    challenge,
    /^Bearer error="invalid_token", error_description="[^"]+", resource_metadata="[^"]+", scope="/,
  )
  assert.match(challenge, new RegExp(description))
}
