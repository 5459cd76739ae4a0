import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import {
  epochSeconds,
  insecure,
  introspected,
  redirectUri,
  refreshed,
  revoked,
  signIn,
  stage,
  statusWith,
} from './stage.ts'

/** What is issued, and what others can make of it. */

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const idp = 'https://idp.corp.example'
const idpPair = await generateKeyPair('ES256')
const idpJwk = { ...(await exportJWK(idpPair.publicKey)), kid: 'i1' }

test('oauth4webapi: validateJwtAccessToken takes our access tokens at their resource, and no other token and nowhere else (RFC 9068 §4)', async (t) => {
  const { world, client } = await tokenStage(t)
  const { tokens } = await signIn(world, client, oauth.None(), {
    parameters: { scope: 'openid notes:read', resource: world.notes },
    expect: { requireIdToken: true },
  })
  const validated = (token: string, audience: string) =>
    oauth.validateJwtAccessToken(
      world.discovered,
      new Request(audience, { headers: { authorization: `Bearer ${token}` } }),
      audience,
      insecure,
    )

  const claims = await validated(tokens.access_token, world.notes)

  assert.deepEqual([claims.sub, claims.client_id, claims.scope], ['alice', client.client_id, 'notes:read openid'])
  assert.equal(typeof claims.jti, 'string')
  await assert.rejects(validated(tokens.access_token, world.files), /unexpected JWT "aud"/)
  await assert.rejects(validated(tokens.id_token ?? '', world.notes))
})

for (const opaque of [false, true])
  test(`oauth4webapi: introspection tells of ${opaque ? 'opaque' : 'JWT'} access tokens and of one’s own refresh token, and nothing once they are revoked`, async (t) => {
    const { world, client, reader, asReader } = await tokenStage(t, { opaque })
    const as = world.discovered
    const { tokens } = await signIn(world, client, oauth.None(), {
      parameters: { scope: 'notes:read', resource: world.notes },
    })

    const told = await introspected(as, reader, asReader, tokens.access_token)
    const ofRefresh = await introspected(as, reader, asReader, tokens.refresh_token ?? '')
    const garbage = await introspected(as, reader, asReader, 'no token of anybody')
    await revoked(as, reader, asReader, tokens.access_token) // not theirs: RFC 7009 §2.1
    const still = await introspected(as, reader, asReader, tokens.access_token)
    await revoked(as, client, oauth.None(), tokens.access_token)

    assert.equal(tokens.access_token.split('.').length === 3, !opaque)
    assert.deepEqual(
      [told.active, told.sub, told.aud, told.client_id, told.scope, told.iss],
      [true, 'alice', world.notes, client.client_id, 'notes:read', world.origin],
    )
    assert.ok((told.exp ?? 0) > epochSeconds())
    assert.deepEqual([ofRefresh, garbage], [{ active: false }, { active: false }])
    assert.equal(still.active, true)
    assert.deepEqual(await introspected(as, reader, asReader, tokens.access_token), { active: false })
    await assert.rejects(refreshed(as, client, oauth.None(), tokens.refresh_token), { error: 'invalid_grant' })
  })

test('oauth4webapi: a device waits, is told to slow down, and is let in by the page; another is denied there', async (t) => {
  const { world, client } = await tokenStage(t)
  const as = world.discovered
  const asked = async () =>
    oauth.processDeviceAuthorizationResponse(
      as,
      client,
      await oauth.deviceAuthorizationRequest(
        as,
        client,
        oauth.None(),
        { scope: 'notes:read', resource: world.notes },
        insecure,
      ),
    )
  const polled = async (code: string) =>
    oauth.processDeviceCodeResponse(
      as,
      client,
      await oauth.deviceCodeGrantRequest(as, client, oauth.None(), code, insecure),
    )
  const answered = async (address: string | undefined, fields: Record<string, string>) => {
    const opened = await world.browser.open(new URL(address ?? ''))
    assert.ok('page' in opened)
    return world.browser.post(opened.page, fields)
  }
  const [codes, others] = [await asked(), await asked()]

  await assert.rejects(polled(codes.device_code), { error: 'authorization_pending' })
  await assert.rejects(polled(codes.device_code), { error: 'slow_down' })
  const notCompared = await answered(codes.verification_uri_complete, { decision: 'allow' })
  await assert.rejects(polled(codes.device_code), { error: 'slow_down' })
  const allowed = await answered(codes.verification_uri_complete, { decision: 'allow', compared: 'yes' })
  await answered(others.verification_uri_complete, { decision: 'deny' })
  const tokens = await polled(codes.device_code)

  assert.ok(notCompared.status >= 400)
  assert.equal(allowed.status, 200)
  assert.equal(await statusWith(world.notes, tokens.access_token), 405)
  assert.equal((await refreshed(as, client, oauth.None(), tokens.refresh_token)).scope, 'notes:read')
  await assert.rejects(polled(others.device_code), { error: 'access_denied' })
})

for (const opaque of [false, true])
  test(`oauth4webapi: a person’s token is exchanged (${opaque ? 'opaque' : 'JWT'}), whose successor names who acts and ends with it (RFC 8693)`, async (t) => {
    const { world, client, reader, asReader } = await tokenStage(t, { opaque })
    const as = world.discovered
    const { tokens } = await signIn(world, client, oauth.None(), {
      parameters: { scope: 'notes:read', resource: world.notes },
    })
    const exchange = async (more: Record<string, string>) =>
      oauth.processGenericTokenEndpointResponse(
        as,
        reader,
        await oauth.genericTokenEndpointRequest(
          as,
          reader,
          asReader,
          'urn:ietf:params:oauth:grant-type:token-exchange',
          { subject_token: tokens.access_token, subject_token_type: accessTokenType, ...more },
          insecure,
        ),
      )

    const exchanged = await exchange({ resource: world.files })
    const told = await introspected(as, reader, asReader, exchanged.access_token)
    if (!opaque) assert.equal(await statusWith(world.files, exchanged.access_token), 405)
    await assert.rejects(exchange({ audience: 'https://elsewhere.example/mcp' }), { error: 'invalid_target' })
    await revoked(as, client, oauth.None(), tokens.refresh_token ?? '')

    assert.deepEqual([exchanged.issued_token_type, exchanged.refresh_token], [accessTokenType, undefined])
    assert.deepEqual(
      [told.sub, told.aud, told.client_id, told.act, told.scope],
      ['alice', world.files, reader.client_id, { sub: reader.client_id }, 'notes:read'],
    )
    assert.deepEqual(await introspected(as, reader, asReader, exchanged.access_token), { active: false })
    await assert.rejects(exchange({ resource: world.files }), { error: 'invalid_request' }) // RFC 8693 §2.2.2
  })

test('oauth4webapi: an identity assertion is good for its own client, server and once, whatever the client sends beside it', async (t) => {
  const { world, reader, asReader } = await tokenStage(t)
  const as = world.discovered
  const present = async (claims: Record<string, unknown> = {}, typ = 'oauth-id-jag+jwt') => {
    const assertion = await new SignJWT({
      client_id: reader.client_id,
      resource: world.notes,
      scope: 'notes:read notes:write',
      jti: randomUUID(),
      ...claims,
    })
      .setProtectedHeader({ alg: 'ES256', typ, kid: 'i1' })
      .setIssuer(idp)
      .setSubject('u-7')
      .setAudience(typeof claims.aud === 'string' ? claims.aud : world.origin)
      .setIssuedAt()
      .setExpirationTime('5 minutes')
      .sign(idpPair.privateKey)
    const type = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    const send = async () =>
      oauth.processGenericTokenEndpointResponse(
        as,
        reader,
        await oauth.genericTokenEndpointRequest(
          as,
          reader,
          asReader,
          type,
          { assertion, scope: 'notes:read' },
          insecure,
        ),
      )
    return { send }
  }
  const right = await present()

  const tokens = await right.send()

  assert.deepEqual([tokens.scope, tokens.refresh_token], ['notes:read', undefined])
  assert.equal(await statusWith(world.notes, tokens.access_token), 405)
  await assert.rejects(right.send(), { error: 'invalid_grant' })
  for (const wrong of [
    { client_id: 'another' },
    { aud: 'https://elsewhere.example' },
    { resource: 'https://elsewhere.example/mcp' },
  ])
    await assert.rejects((await present(wrong)).send(), /server responded with an error/, JSON.stringify(wrong))
  await assert.rejects((await present({}, 'JWT')).send(), { error: 'invalid_grant' })
})

async function tokenStage(t: TestContext, { opaque = false } = {}) {
  const world = await stage(t, {
    opaque,
    algorithm: 'oidc',
    clients: {
      reader: { redirect_uris: [redirectUri], token_endpoint_auth_method: 'client_secret_basic' },
    },
    options: ({ notes, files }, { reader }) => ({
      deviceAuthorization: {},
      privileges: {
        [reader.client_id]: { introspection: [notes, files], tokenExchange: { from: notes, to: [files] } },
      },
      identityAssertionIssuers: [
        {
          issuer: idp,
          jwks: { keys: [idpJwk] },
          clients: [reader.client_id],
          subject: ({ sub }) => ({ subject: `${sub} of corp` }),
        },
      ],
    }),
  })
  const { reader } = world.clients
  const registration = await oauth.dynamicClientRegistrationRequest(
    world.discovered,
    {
      redirect_uris: [redirectUri],
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token', deviceGrant],
    },
    insecure,
  )
  const client = await oauth.processDynamicClientRegistrationResponse(registration)
  return {
    world,
    client,
    reader: { client_id: reader.client_id } as oauth.Client,
    asReader: oauth.ClientSecretBasic(reader.client_secret ?? ''),
  }
}
