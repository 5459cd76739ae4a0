import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveProfiles } from '../../../scripts/clients/derive.ts'
import { readProfiles, recordingsFolder } from '../../../scripts/clients/profile-files.ts'
import { readRecordings } from '../../../scripts/clients/recording.ts'
import { headerOf } from '../../../scripts/clients/steps.ts'

const recordings = readRecordings(recordingsFolder)

test('the profiles say what the recordings show', () => {
  const profiles = readProfiles()

  const derived = deriveProfiles(profiles, recordings)

  assert.deepEqual(derived, profiles, 'run: npm run clients:derive')
})

test('the index has every profile that there is a file of', async () => {
  const { profiles } = await import('../src/index.ts')

  assert.deepEqual(profiles, readProfiles())
})

for (const recording of recordings)
  test(`the recording ${recording.name} was made on loopback, and holds no credential of anybody`, () => {
    const credentials = recording.requests.map((request) => headerOf(request, 'authorization') ?? '')
    const ofTheRecorder = /^(|Bearer at_[\w-]+|Basic Y2xf\w+=*)$/ // "cl_" in Base64

    assert.match(recording.base, /^http:\/\/localhost:\d+$/)
    for (const credential of credentials) assert.match(credential, ofTheRecorder)
    for (const request of recording.requests) assert.equal(headerOf(request, 'cookie'), undefined)
    assert.doesNotMatch(JSON.stringify(recording), /\/(home|root|Users)\/|@(?!modelcontextprotocol)[\w-]+\.\w{2,}/)
  })
