import assert from 'node:assert/strict'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import {
  type Attempt,
  attemptOf,
  authorize,
  consent,
  exchange,
  formOf,
  issuer,
  mcpRequest,
  postForm,
  refresh,
  register,
  signedInClient,
  type TestClient,
} from '../world.ts'
import { startedAt } from './host.ts'
import type { Play } from './play.ts'
import type { Story } from './story.ts'

const documentUrl = 'https://client.example/mcp.json'

export const stories: readonly Story[] = [
  {
    name: 'from the first start to the end of the grant',
    async run(play) {
      await play.arm()
      const { client, refreshToken } = await signedInClient(play)
      const { body } = await refresh(play, client, refreshToken)
      await revoke(play, client, body.refresh_token ?? '')
      await refresh(play, client, body.refresh_token ?? '')
    },
  },
  {
    name: 'a first start, and the keys that it makes',
    async run(play) {
      await play.arm()
      await play.call('ready', () => play.host.as.ready())
      const response = await play.send('/jwks')
      assert.equal((await response.json()).keys.length, 1)
    },
  },
  {
    name: 'a client registers twice',
    async run(play) {
      await play.arm()
      await register(play)
      await register(play)
    },
  },
  {
    name: 'a client registers twice in the same words, and is the same',
    async run(play) {
      await play.arm()
      const same = { software_version: '1' }
      assert.deepEqual(await register(play, same), await register(play, same))
    },
  },
  {
    name: 'a consent that is given twice, as by a double click',
    async run(play) {
      const attempt = attemptOf(await register(play))
      await play.arm()
      const form = await formOf(await authorize(play, attempt))
      form.set('decision', 'allow')
      const codes = [await postForm(play, form), await postForm(play, form)].map(codeOf)
      assert.equal(codes[0], codes[1])
    },
  },
  {
    name: 'a consent that is refused',
    async run(play) {
      const attempt = attemptOf(await register(play))
      await play.arm()
      const form = await formOf(await authorize(play, attempt))
      form.set('decision', 'deny')
      await postForm(play, form)
    },
  },
  {
    name: 'a code is redeemed, and once more by somebody else',
    async run(play) {
      const { attempt, code } = await coded(play)
      await play.arm()
      await exchange(play, attempt, code)
      await exchange(play, attempt, code)
    },
  },
  {
    name: 'a code is presented with a mistake first',
    async run(play) {
      const { attempt, code } = await coded(play)
      await play.arm()
      await exchange(play, attempt, code, { code_verifier: 'x'.repeat(43) })
      await exchange(play, attempt, code)
    },
  },
  {
    name: 'refresh after refresh, an answer asked for again, and a thief',
    async run(play) {
      const { client, refreshToken } = await signedInClient(play)
      await play.arm()
      const first = await refresh(play, client, refreshToken)
      const again = await refresh(play, client, refreshToken)
      assert.equal(first.body.refresh_token, again.body.refresh_token)
      await refresh(play, client, first.body.refresh_token ?? '')
      play.host.clock.now += 61
      await refresh(play, client, refreshToken)
    },
  },
  {
    name: 'a confidential client with a secret',
    async run(play) {
      await play.arm()
      const client = await register(play, { token_endpoint_auth_method: 'client_secret_post' })
      const secret = { client_secret: client.clientSecret ?? '' }
      const attempt = attemptOf(client)
      const code = (await consent(play, attempt)).get('code') ?? ''
      const { body } = await exchange(play, attempt, code, secret)
      await refresh(play, client, body.refresh_token ?? '', secret)
      await revoke(play, client, body.refresh_token ?? '', secret)
    },
  },
  {
    name: 'a client of the configuration',
    options: () => ({
      clients: [
        {
          clientId: 'portal',
          secret: 's'.repeat(32),
          redirectUris: ['https://client.example/callback'],
          authenticationMethod: 'client_secret_post',
        },
      ],
    }),
    async run(play) {
      const client = { clientId: 'portal', redirectUri: 'https://client.example/callback' }
      const secret = { client_secret: 's'.repeat(32) }
      const attempt = attemptOf(client)
      await play.arm()
      const code = (await consent(play, attempt)).get('code') ?? ''
      const { body } = await exchange(play, attempt, code, secret)
      await refresh(play, client, body.refresh_token ?? '', secret)
      await revoke(play, client, body.refresh_token ?? '', secret)
    },
  },
  {
    name: 'a client that signs its requests, each time anew',
    async run(play) {
      const client = await register(play, {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [await clientKey()] },
      })
      const attempt = attemptOf(client)
      const code = (await consent(play, attempt)).get('code') ?? ''
      await play.arm()
      const exchanged = await asserting(play, client, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: client.redirectUri,
        code_verifier: attempt.verifier,
      })
      const presented = { grant_type: 'refresh_token', refresh_token: exchanged.refresh_token }
      await asserting(play, client, presented)
      await asserting(play, client, presented)
      await asserting(play, client, { token: exchanged.refresh_token }, '/revoke')
    },
  },
  {
    name: 'a client that a document describes, read again when it is old',
    options: () => ({
      clientDocuments: {
        fetch: async () => ({
          kind: 'answer',
          status: 200,
          header: (name) => ({ 'cache-control': 'max-age=300', 'content-type': 'application/json' })[name],
          text: JSON.stringify({
            client_id: documentUrl,
            client_name: 'A client',
            redirect_uris: ['https://client.example/callback'],
            token_endpoint_auth_method: 'none',
          }),
        }),
      },
    }),
    async run(play) {
      const client = { clientId: documentUrl, redirectUri: 'https://client.example/callback' }
      const attempt = attemptOf(client)
      await play.arm()
      const code = (await consent(play, attempt)).get('code') ?? ''
      const { body } = await exchange(play, attempt, code)
      play.host.clock.now += 301
      await refresh(play, client, body.refresh_token ?? '')
    },
  },
  {
    name: 'an access token is revoked, and is refused',
    async run(play) {
      const { client, accessToken } = await signedInClient(play)
      await play.rs.ready() // it asks for keys that it could not have no sooner than in half a minute
      await play.arm()
      await revoke(play, client, accessToken)
      play.host.clock.now += 3
      const refused = await play.call('a call', async () => play.rs.authenticate(mcpRequest(accessToken)))
      assert.ok(refused instanceof Response && refused.status === 401)
    },
  },
  {
    name: 'what is wrong is refused, and counted',
    async run(play) {
      const { client, refreshToken } = await signedInClient(play)
      await play.arm()
      await refresh(play, { ...client, clientId: 'somebody' }, refreshToken)
      await refresh(play, client, refreshToken.replace('.1.', '.2.'))
      await revoke(play, client, refreshToken, { client_secret: 'none that it has' })
      await play.send('/authorize?client_id=somebody')
      await play.send('/register', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })
    },
  },
  {
    name: 'an operator ends a grant, and a person all of theirs',
    async run(play) {
      const grants = [await signedInClient(play), await signedInClient(play), await signedInClient(play)]
      const [first] = grants
      const grantId = first?.refreshToken.split('.')[2] ?? ''
      await play.arm()
      await play.call('the end', () => play.host.as.endGrant(grantId, 'revoked_by_operator'))
      await play.call('the ends', () => play.host.endGrantsOfSubject('alice'))
      for (const { client, refreshToken } of grants) {
        const { body } = await refresh(play, client, refreshToken)
        assert.equal(body.error, 'invalid_grant')
      }
    },
  },
  {
    name: 'somebody whose account is disabled refreshes',
    options: (now) => ({
      interaction: {
        signedIn: async () => ({ subject: 'alice', authTime: startedAt, sessionId: 's' }),
        signIn: async () => new Response(),
        isActive: async () => now() !== startedAt + 5,
      },
    }),
    async run(play) {
      const { client, refreshToken } = await signedInClient(play)
      await play.arm()
      play.host.clock.now += 5
      await refresh(play, client, refreshToken)
      await refresh(play, client, refreshToken)
      play.host.clock.now += 1
    },
  },
  {
    name: 'a resource server elsewhere reads the feed',
    options: () => ({ revocationReaders: ['r'.repeat(32)] }),
    async run(play) {
      const { client, refreshToken } = await signedInClient(play)
      await revoke(play, client, refreshToken)
      await play.arm()
      const response = await play.send('/revocations', { headers: { authorization: `Bearer ${'r'.repeat(32)}` } })
      assert.equal((await response.json()).ended.length, 1)
    },
  },
]

async function coded(play: Play): Promise<{ attempt: Attempt; code: string }> {
  const attempt = attemptOf(await register(play))
  return { attempt, code: (await consent(play, attempt)).get('code') ?? '' }
}

function codeOf(response: Response): string | null {
  return new URL(response.headers.get('location') ?? '', issuer).searchParams.get('code')
}

async function revoke(
  play: Play,
  client: TestClient,
  token: string,
  credentials: Record<string, string> = {},
): Promise<void> {
  await play.send('/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token, client_id: client.clientId, ...credentials }).toString(),
  })
}

const pair = await generateKeyPair('ES256', { extractable: true })

async function clientKey() {
  return { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }
}

/** Asks with an assertion of its own for each time that it asks. */
async function asserting(play: Play, client: TestClient, fields: Record<string, string>, path = '/token') {
  const response = await play.send(path, async () => {
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: 'k' })
      .setIssuer(client.clientId)
      .setSubject(client.clientId)
      .setAudience(issuer)
      .setIssuedAt(play.host.clock.now)
      .setExpirationTime(play.host.clock.now + 60)
      .sign(pair.privateKey)
    return {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...fields,
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      }).toString(),
    }
  })
  return response.headers.get('content-type') === 'application/json' ? response.json() : {}
}
