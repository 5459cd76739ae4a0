import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConnectionEvent } from '@portcullis/auth'
import { attemptOf, authorize, createWorld, mcpRequest, refresh, register, signedInClient } from './world.ts'

const hooks: Readonly<Record<string, (event: ConnectionEvent) => unknown>> = {
  throws() {
    throw new Error('the log is full')
  },
  rejects: () => Promise.reject(new Error('the log is full')),
  'never comes back': () => new Promise(() => {}),
}

for (const [what, hook] of Object.entries(hooks))
  test(`an event hook that ${what} hurts no request: neither one that goes well, nor a refusal, nor the end of a grant`, async () => {
    const onEvent = hook as (event: ConnectionEvent) => void
    const world = createWorld({ as: { onEvent }, rs: { onEvent } })
    const { client, accessToken, refreshToken } = await signedInClient(world)

    const refreshed = await refresh(world, client, refreshToken)
    const refused = await refresh(world, client, 'x')
    const shown = await authorize(world, attemptOf({ ...client, clientId: 'nobody' }))
    const accepted = await world.rs.authenticate(mcpRequest(accessToken))
    const revoked = await world.as.consents.revoke({ subject: 'alice' }, 'revoked_by_operator')
    const over = await refresh(world, client, refreshed.body.refresh_token ?? '')

    assert.deepEqual([refreshed.status, refused.status, shown.status, over.status], [200, 400, 400, 400])
    assert.ok(!(accepted instanceof Response))
    assert.equal(revoked.grants, 1)
  })

test('law 11: no event of a whole connection, refusals included, has a code, a token, a verifier or a secret in it', async () => {
  const world = createWorld()
  const { client, accessToken, refreshToken } = await signedInClient(world)
  const confidential = await register(world, { token_endpoint_auth_method: 'client_secret_post' })

  await refresh(world, client, refreshToken)
  await refresh(world, client, `${refreshToken}x`)
  await refresh(world, confidential, refreshToken, { client_secret: `${confidential.clientSecret}` })
  await world.rs.authenticate(mcpRequest(`${accessToken}x`))
  const told = JSON.stringify(world.events)

  for (const secret of [accessToken, refreshToken, confidential.clientSecret ?? assert.fail()])
    assert.ok(!told.includes(secret) && !told.includes(secret.slice(-20)), secret)
})
