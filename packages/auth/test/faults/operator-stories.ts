import assert from 'node:assert/strict'
import { attemptOf, authorize, consent, exchange, formOf, refresh, register, signedInClient } from '../world.ts'
import type { Play } from './play.ts'
import type { Story } from './story.ts'
import { codeOf } from './story-steps.ts'

const day = 86_400

/** What operators and people do beside the protocol, while clients go on. */
export const operatorStories: readonly Story[] = [
  {
    name: 'a key is rotated by command, and clients refresh before and after it signs',
    async run(play) {
      const { client, refreshToken } = await signedInClient(play)
      play.grantsWithoutForm.add(refreshToken.split('.')[2] ?? '') // it outlives what is kept of its form
      await play.arm()
      const keys = await play.call('rotated', () => play.host.operate('rotateSigningKey', ''))
      assert.deepEqual(
        keys.map(({ state }) => state),
        ['next', 'signing'],
      )
      await lookAgain(play)
      assert.equal((await (await play.send('/jwks')).json()).keys.length, 2)
      const before = await refresh(play, client, refreshToken)
      play.host.clock.now += day
      await lookAgain(play)
      const after = await refresh(play, client, before.body.refresh_token ?? '')
      assert.equal(kidOf(after.body.access_token), keys[0]?.kid)
    },
  },
  {
    name: 'keys are rotated by schedule, and clients refresh',
    options: () => ({ signingKeys: { lifetime: 3 * day, publishedBefore: day } }),
    async run(play) {
      const { client, accessToken, refreshToken } = await signedInClient(play)
      play.grantsWithoutForm.add(refreshToken.split('.')[2] ?? '') // it outlives what is kept of its form
      await play.arm()
      play.host.clock.now += 2 * day
      await lookAgain(play)
      const before = await refresh(play, client, refreshToken)
      assert.equal(kidOf(before.body.access_token), kidOf(accessToken))
      assert.equal((await (await play.send('/jwks')).json()).keys.length, 2)
      play.host.clock.now += day
      await lookAgain(play)
      const after = await refresh(play, client, before.body.refresh_token ?? '')
      assert.notEqual(kidOf(after.body.access_token), kidOf(accessToken))
    },
  },
  {
    name: 'an operator makes a client, renews its secret and deletes it',
    async run(play) {
      await play.arm()
      const { client, clientSecret = '' } = await play.call('made', () => play.host.operate('createClient', 'Portal'))
      const attempt = attemptOf({ clientId: client.clientId, redirectUri: 'https://client.example/callback' })
      const code = (await consent(play, attempt)).get('code') ?? ''
      const { body } = await exchange(play, attempt, code, { client_secret: clientSecret })
      const renewed = await play.call('renewed', () => play.host.operate('renewClientSecret', client.clientId))
      assert.ok(typeof renewed === 'object')
      const presented = body.refresh_token ?? ''
      const old = await refresh(play, attempt.client, presented, { client_secret: clientSecret })
      assert.equal(old.body.error, 'invalid_client')
      const secret = { client_secret: renewed.clientSecret }
      const next = await refresh(play, attempt.client, presented, secret)
      await play.call('deleted', () => play.host.operate('deleteClient', client.clientId))
      const gone = await refresh(play, attempt.client, next.body.refresh_token ?? '', secret)
      assert.equal(gone.body.error, 'invalid_client')
      const grants = await play.host.peek((store) => store.list('grant', 'client', client.clientId))
      assert.deepEqual(grants, [])
    },
  },
  {
    name: 'a consent that was remembered is withdrawn, and its grants end',
    options: () => ({ consentLifetime: 30 * day }),
    async run(play) {
      const client = await register(play)
      const first = attemptOf(client)
      const code = (await consent(play, first)).get('code') ?? ''
      const { body } = await exchange(play, first, code)
      await play.arm()
      const again = attemptOf(client)
      const silent = codeOf(await authorize(play, again)) ?? ''
      const grants = await play.host.peek((store) => store.list('grant', 'subject', 'alice'))
      // Where an answer was lost, a grant whose code nobody has stands beside the one of the code that came
      for (const { id } of grants) if (id !== code.split('.')[2]) play.grantsWithoutForm.add(id)
      await play.call('withdrawn', () => play.host.operate('revokeConsents', client.clientId))
      const refused = [await refresh(play, client, body.refresh_token ?? ''), await exchange(play, again, silent)]
      assert.deepEqual(
        refused.map(({ body }) => body.error),
        ['invalid_grant', 'invalid_grant'],
      )
      const asked = await formOf(await authorize(play, attemptOf(client)))
      assert.ok(asked.has('consent'))
    },
  },
]

/** The server reads its keys; where that fails it goes on with those that it has, and reads them again after some seconds. */
async function lookAgain(play: Play): Promise<void> {
  for (let time = 0; time < 2; time += 1) {
    play.host.clock.now += 10
    await play.send('/jwks')
  }
}

function kidOf(jwt: string): string {
  return JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid
}
