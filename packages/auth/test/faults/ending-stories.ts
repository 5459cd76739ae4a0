import assert from 'node:assert/strict'
import { exchange, mcpRequest, refresh, signedInClient } from '../world.ts'
import { startedAt } from './host.ts'
import type { Story } from './story.ts'
import { coded, revoke } from './story-steps.ts'

/** What is presented again, revoked, refused or ended. */
export const endingStories: readonly Story[] = [
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
      await play.call('the ends', () => play.host.operate('endGrantsOfSubject', 'alice'))
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
