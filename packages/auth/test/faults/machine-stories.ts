import assert from 'node:assert/strict'
import { createPrivateKey, createPublicKey, type JsonWebKey, randomUUID } from 'node:crypto'
import type { AuthorizationServerOptions } from '@portcullis/auth/authorization-server'
import { SignJWT } from 'jose'
import { attemptOf, consent, exchange, issuer, postToken, register, resource, signedInClient } from '../world.ts'
import { startedAt } from './host.ts'
import type { Play } from './play.ts'
import type { Story } from './story.ts'
import { posted, revoke } from './story-steps.ts'

const files = 'https://mcp.example/files/mcp'
const machine = { client_id: 'gateway', client_secret: 'g'.repeat(32) }
const idp = 'https://idp.corp.example'
/** The same in each process that is started: an Ed25519 key in PKCS #8 (RFC 8410 §7). */
const idpKey = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
})
const idpJwk: JsonWebKey = { ...createPublicKey(idpKey).export({ format: 'jwk' }), kid: 'i1', alg: 'EdDSA' }

const scopes = { 'notes:read': 'Read your notes', 'notes:write': 'Write notes' }

const filesResource = { resource: files, scopes: { 'notes:read': 'Read your notes' } }

function withMachine(more: Partial<AuthorizationServerOptions> = {}): Partial<AuthorizationServerOptions> {
  return {
    resources: [{ resource, scopes, defaultScopes: ['notes:read'] }, filesResource],
    clients: [
      {
        clientId: machine.client_id,
        secret: machine.client_secret,
        authenticationMethod: 'client_secret_post',
        redirectUris: ['https://client.example/callback'],
      },
    ],
    privileges: {
      [machine.client_id]: { introspection: [resource], tokenExchange: { from: resource, to: [files] } },
    },
    ...more,
  }
}

/** What resource servers and machines ask with somebody's token, or with what an identity provider says. */
export const machineStories: readonly Story[] = [
  ...(['jwt', 'opaque'] as const).map(
    (accessTokenFormat): Story => ({
      name: `a resource server asks about a token (${accessTokenFormat}) until it is revoked`,
      options: () =>
        withMachine({
          resources: [{ resource, scopes, defaultScopes: ['notes:read'], accessTokenFormat }, filesResource],
        }),
      async run(play) {
        const { client, accessToken, refreshToken } = await signedInClient(play)
        const ask = async () => (await play.send('/introspect', posted({ ...machine, token: accessToken }))).json()
        await play.arm()
        assert.equal((await ask()).active, true)
        await revoke(play, client, refreshToken)
        assert.deepEqual(await ask(), { active: false })
      },
    }),
  ),
  {
    name: 'a client asks who somebody is, until the grant has ended',
    options: () => ({
      interaction: {
        signedIn: async () => ({ subject: 'alice', authTime: startedAt, sessionId: 's' }),
        signIn: async () => new Response(),
        userClaims: { profile: async () => ({ name: 'Alice' }) },
      },
    }),
    async run(play) {
      const attempt = attemptOf(await register(play), { scope: 'openid profile notes:read' })
      const code = (await consent(play, attempt)).get('code') ?? ''
      const { body } = await exchange(play, attempt, code)
      const ask = () => play.send('/userinfo', { headers: { authorization: `Bearer ${body.access_token}` } })
      await play.arm()
      const { sub, name } = await (await ask()).json()
      assert.deepEqual([sub, name], ['alice', 'Alice'])
      await revoke(play, attempt.client, body.refresh_token ?? '')
      assert.equal((await ask()).status, 401)
    },
  },
  {
    name: 'a resource server exchanges a token that was presented to it, until its grant has ended',
    options: () => withMachine({ introspectionReaders: [{ resource: files, secret: 'f'.repeat(32) }] }),
    async run(play) {
      const { client, accessToken, refreshToken } = await signedInClient(play)
      const ask = () =>
        postToken(play, {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token: accessToken,
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          resource: files,
          ...machine,
        })
      await play.arm()
      const exchanged = await ask()
      assert.equal(exchanged.status, 200)
      await revoke(play, client, refreshToken)
      assert.equal((await ask()).status, 400)
      const told = await play.send('/introspect', {
        ...posted({ token: exchanged.body.access_token }),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Bearer ${'f'.repeat(32)}`,
        },
      })
      assert.deepEqual(await told.json(), { active: false })
    },
  },
  {
    name: 'an assertion of an identity provider gets a token, and once more',
    options: () =>
      withMachine({
        identityAssertionIssuers: [
          {
            issuer: idp,
            jwks: { keys: [idpJwk] },
            clients: [machine.client_id],
            subject: ({ sub }) => (sub === 'u-7' ? { subject: 'alice', displayName: 'Alice' } : undefined),
          },
        ],
      }),
    async run(play) {
      await play.arm()
      const first = await assertedGrant(play)
      assert.equal(await assertedGrant(play), first)
      await play.call('the end', () => play.host.as.endGrant(first, 'revoked_by_operator'))
      assert.notEqual(await assertedGrant(play), first)
    },
  },
]

/** The identity provider signs anew for each time that the client asks. */
async function assertedGrant(play: Play): Promise<string> {
  const response = await play.send('/token', async () => {
    const assertion = await new SignJWT({ client_id: machine.client_id, resource, scope: 'notes:read' })
      .setProtectedHeader({ alg: 'EdDSA', kid: 'i1', typ: 'oauth-id-jag+jwt' })
      .setIssuer(idp)
      .setSubject('u-7')
      .setAudience(issuer)
      .setJti(randomUUID())
      .setIssuedAt(play.host.clock.now)
      .setExpirationTime(play.host.clock.now + 300)
      .sign(idpKey)
    return posted({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion, ...machine })
  })
  const { access_token } = await response.json()
  const { grant_id } = JSON.parse(Buffer.from(access_token.split('.')[1] ?? '', 'base64url').toString())
  play.grantsWithoutForm.add(grant_id)
  return grant_id
}
