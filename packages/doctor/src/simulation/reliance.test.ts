import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientProfile } from '@portcullis/clients'
import { watchProfile } from './reliance.ts'

test('a weak value is noted when it is read, and not before', () => {
  const { profile, readWeak } = watchProfile(client)

  assert.equal(profile.challenge?.statuses?.value[0], 403)
  assert.equal(profile.registration?.clientName?.value, 'Client')
  assert.ok(profile.authorization?.scope)

  assert.deepEqual(readWeak(), ['challenge.statuses'])
})

const client: ClientProfile = {
  id: 'client',
  name: 'Client',
  vendor: 'Somebody',
  runs: { value: 'locally', sources: [], confidence: 'H' },
  family: { value: 'sdk-1', sources: [], confidence: 'M' },
  challenge: { statuses: { value: [403], sources: [], confidence: 'L' } },
  registration: { clientName: { value: 'Client', sources: [], confidence: 'H' } },
  authorization: { scope: { value: ['none'], sources: [], confidence: 'L' } },
}
