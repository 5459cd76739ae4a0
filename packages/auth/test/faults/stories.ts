import assert from 'node:assert/strict'
import {
  attemptOf,
  authorize,
  consent,
  exchange,
  formOf,
  postForm,
  refresh,
  register,
  signedInClient,
} from '../world.ts'
import { endingStories } from './ending-stories.ts'
import { grantTypeStories } from './grant-type-stories.ts'
import { machineStories } from './machine-stories.ts'
import { operatorStories } from './operator-stories.ts'
import type { Story } from './story.ts'
import { asserting, clientKey, codeOf, posted, revoke } from './story-steps.ts'

const documentUrl = 'https://client.example/mcp.json'

/** How clients and people come together, and then how that ends. */
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
    name: 'a consent that is remembered',
    async run(play) {
      const client = await register(play)
      await consent(play, attemptOf(client))
      await play.arm()
      const attempt = attemptOf(client)
      const code = codeOf(await authorize(play, attempt)) ?? ''
      play.grantsWithoutForm.add(code.split('.')[2] ?? '')
      await exchange(play, attempt, code)
    },
  },
  {
    name: 'a request that was pushed',
    options: () => ({ pushedRequests: {} }),
    async run(play) {
      const attempt = attemptOf(await register(play))
      await play.arm()
      const pushed = await play.send('/par', posted(attempt.parameters))
      const { request_uri } = await pushed.json()
      const arrival = { client_id: attempt.client.clientId, request_uri }
      const arrived = await play.send(`/authorize?${new URLSearchParams(arrival)}`)
      const form = await formOf(await play.send(arrived.headers.get('location') ?? ''))
      form.set('decision', 'allow')
      const code = codeOf(await postForm(play, form)) ?? ''
      play.grantsWithoutForm.add(code.split('.')[2] ?? '') // the request stands for the form
      await exchange(play, attempt, code)
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
        dangerouslyUnguardedFetch: async () => ({
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
  ...grantTypeStories,
  ...machineStories,
  ...operatorStories,
  ...endingStories,
]
