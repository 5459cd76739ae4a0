import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { createTokenExchange } from '@portcullis/auth/token-exchange'
import { foreignIssuer } from './foreign-issuer.ts'
import { collectGarbage } from './fuzz/heap.ts'
import { listen } from './raw-http.ts'
import { createWorld, issuer, mcpRequest, resource, signedInClient } from './world.ts'

const secret = 'r'.repeat(40)

/** Rejects, or is refused, once what `url` answers has been waited for long enough. */
const asked: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  async 'the keys of an issuer'(jwksUri) {
    const authorizationServers = [{ issuer: 'https://other.example/t/9', jwksUri }]
    const { rs, sign } = await foreignIssuer({ authorizationServers, fetch: (request) => fetch(request) })
    return rs.authenticate(mcpRequest(await sign()))
  },
  async 'an introspection'(endpoint) {
    const introspection = { endpoint, credentials: { secret } }
    const rs = createResourceServer({ resource, authorizationServers: [{ issuer, introspection }] })
    return rs.authenticate(mcpRequest('opaque'))
  },
  'a revocation feed': (url) => remoteRevocations({ url, secret }).read(undefined),
  async 'a token exchange'(tokenEndpoint) {
    const world = createWorld()
    const authorizationServers = [{ issuer, jwks: world.as.jwks }]
    const rs = createResourceServer({ resource, authorizationServers, now: () => world.clock.now })
    const client = { clientId: 'notes', clientSecret: secret }
    const { exchange } = createTokenExchange(rs, { client, tokenEndpoint, audience: 'calendar', timeout: 1 })
    const caller = await rs.authenticate(mcpRequest((await signedInClient(world)).accessToken))
    assert.ok(!(caller instanceof Response))
    return exchange(caller)
  },
}

describe('what is asked of others, while garbage is collected', { concurrency: true }, () => {
  const collecting = setInterval(collectGarbage, 50)
  after(() => clearInterval(collecting))

  for (const [what, ask] of Object.entries(asked))
    test(`${what} that does not come is given up in time`, { timeout: 20_000 }, async (t) => {
      let timesAsked = 0
      const port = await listen(t, () => {
        timesAsked += 1
      })

      const answer = await ask(`http://127.0.0.1:${port}/`).catch((error: unknown) => error)

      assert.equal(timesAsked, 1)
      assert.ok(answer instanceof Error || (answer instanceof Response && answer.status === 503))
    })
})
