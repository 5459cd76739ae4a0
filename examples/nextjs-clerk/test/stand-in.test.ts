import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyMachineAuthToken } from '@clerk/backend/internal'
import { startStandIn } from '../setup/stand-in.ts'
import { startApplication } from './application.ts'
import { tokensFor } from './client.ts'

test('what the stand-in gives out is an access token to Clerk’s own code, for this server and with these scopes', async (t) => {
  const application = await startApplication()
  t.after(() => application.stop())
  const { issuer: apiUrl, secretKey } = application.clerk
  const { access_token } = await tokensFor(application)
  const { data, tokenType, errors } = await verifyMachineAuthToken(access_token, { apiUrl, secretKey })

  assert.equal(errors, undefined)
  assert.equal(tokenType, 'oauth_token')
  assert.ok(data !== undefined && 'clientId' in data)
  assert.deepEqual(data.scopes, ['profile', 'email', 'offline_access'])
  assert.match(data.subject, /^user_/)
  assert.match(data.id, /^oat_/)
})

test('the stand-in, whose password is known, signs nobody in to an application that others than this machine can reach', async () => {
  await assert.rejects(startStandIn('https://shelf.example.com'), /needs an instance of Clerk: set CLERK_SECRET_KEY/)
})
