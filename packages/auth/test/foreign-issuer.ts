import assert from 'node:assert/strict'
import { createResourceServer, type ResourceServerOptions } from '@portcullis/auth'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { resource } from './world.ts'

/** An issuer of the test's own, whose tokens it makes as it likes. */
export async function foreignIssuer(options: Partial<ResourceServerOptions> = {}) {
  const name = 'https://other.example/t/9'
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const keys: JWK[] = [{ ...(await exportJWK(publicKey)), kid: 'a', alg: 'ES256' }]
  const state = { reachable: true, keys, reads: 0 }
  const now = { at: 1_800_000_000 }
  const events: unknown[] = []
  const rs = createResourceServer({
    resource,
    authorizationServers: [name],
    now: () => now.at,
    onEvent: (event) => events.push(event),
    async fetch({ url }) {
      if (!state.reachable) throw new TypeError('fetch failed')
      if (url === 'https://other.example/.well-known/oauth-authorization-server/t/9')
        return Response.json({ issuer: name, jwks_uri: `${name}/jwks` })
      assert.equal(url, `${name}/jwks`)
      state.reads += 1
      return Response.json({ keys: state.keys })
    },
    ...options,
  })
  const sign = (
    changes: Record<string, unknown> = {},
    header: Record<string, unknown> = {},
    key: CryptoKey = privateKey,
  ) =>
    new SignJWT({
      iss: name,
      sub: 'u-7',
      aud: resource,
      client_id: 'c',
      scope: 'a',
      iat: now.at,
      exp: now.at + 300,
      ...changes,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'a', ...header })
      .sign(key)
  return { rs, sign, state, now, events, name }
}
