import assert from 'node:assert/strict'
import { formOf, issuer, postToken, refresh, resource } from '../world.ts'
import type { Story } from './story.ts'
import { posted } from './story-steps.ts'

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'
const machine = { client_id: 'night-job', client_secret: 'n'.repeat(32) }

/** Grant types without a browser that brings a code. */
export const grantTypeStories: readonly Story[] = [
  {
    name: 'a device asks for tokens until its person has allowed it, and once more',
    options: () => ({ deviceAuthorization: {} }),
    async run(play) {
      const metadata = {
        grant_types: [deviceGrant, 'refresh_token'],
        token_endpoint_auth_method: 'none',
        client_name: 'TV',
      }
      await play.arm()
      const registered = await play.send('/register', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(metadata),
      })
      const { client_id } = await registered.json()
      const asked = await play.send('/device_authorization', posted({ client_id, scope: 'notes:read', resource }))
      const { device_code, user_code } = await asked.json()
      const form = await formOf(await play.send(`/device?${new URLSearchParams({ user_code })}`))
      form.set('decision', 'allow')
      form.set('compared', 'yes')
      await play.send('/device', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: issuer },
        body: form.toString(),
      })
      const poll = () => postToken(play, { grant_type: deviceGrant, device_code, client_id })
      play.host.clock.now += 5
      const { body } = await poll()
      play.grantsWithoutForm.add(body.refresh_token?.split('.')[2] ?? '')
      assert.equal((await poll()).body.refresh_token, body.refresh_token)
      await refresh(play, { clientId: client_id, redirectUri: '' }, body.refresh_token ?? '')
    },
  },
  {
    name: 'a client that acts for itself asks twice',
    options: () => ({
      clients: [
        {
          clientId: machine.client_id,
          secret: machine.client_secret,
          authenticationMethod: 'client_secret_post',
          redirectUris: ['https://client.example/callback'],
        },
      ],
      privileges: { [machine.client_id]: { clientCredentials: { [resource]: ['notes:read'] } } },
    }),
    async run(play) {
      await play.arm()
      const ask = () => postToken(play, { grant_type: 'client_credentials', ...machine })
      assert.deepEqual([(await ask()).status, (await ask()).status], [200, 200])
    },
  },
]
