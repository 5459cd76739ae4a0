import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mergeObservations } from '../../../scripts/clients/merge.ts'
import { type Observation, standsIn } from '../../../scripts/clients/observation.ts'
import type { ClientProfile, Fact, Source } from '../src/index.ts'

const elsewhere: Source = { reference: 'https://example.com/docs', date: '2026-01-02' }
const recorded: Source = { reference: 'recording:one-1.2.3-default', date: '2026-11-20' }

test('a value that recordings show too has them as one more source, and is certain', () => {
  const profile = profileWith({ challenge: { firstRequest: fact('get', 'M') } })

  const merged = mergeObservations(profile, [seen('challenge.firstRequest', 'get')])

  assert.deepEqual(merged.challenge?.firstRequest, { value: 'get', sources: [elsewhere, recorded], confidence: 'H' })
})

test('where recordings show another value, they are right, and the other sources go', () => {
  const profile = profileWith({ challenge: { firstRequest: fact('head', 'M') } })

  const merged = mergeObservations(profile, [seen('challenge.firstRequest', 'get')])

  assert.deepEqual(merged.challenge?.firstRequest, { value: 'get', sources: [recorded], confidence: 'H' })
})

test('a part of a list that is known bears the list out', () => {
  const order = fact(['pointer', 'path', 'root'] as const, 'H')
  const profile = profileWith({ protectedResource: { order } })

  const merged = mergeObservations(profile, [
    { ...seen('protectedResource.order', ['path', 'root']), agrees: standsIn(['path', 'root']) },
  ])

  assert.deepEqual(merged.protectedResource?.order?.value, ['pointer', 'path', 'root'])
  assert.equal(standsIn(['root', 'path'])(order.value), false)
})

test('what recordings cannot tell alone is not written, and not lifted where it is known', () => {
  const supports: Observation = { ...seen('protectedResource.comparison', undefined), agrees: () => true }

  const unknown = mergeObservations(profileWith({}), [supports])
  const known = mergeObservations(profileWith({ protectedResource: { comparison: fact('none', 'L') } }), [supports])

  assert.equal(unknown.protectedResource, undefined)
  assert.deepEqual(known.protectedResource?.comparison, {
    value: 'none',
    sources: [elsewhere, recorded],
    confidence: 'L',
  })
})

test('what recordings contradict without showing what is so has to be corrected by hand', () => {
  const profile = profileWith({ protectedResource: { comparison: fact('exact', 'M') } })

  const merge = () =>
    mergeObservations(profile, [{ ...seen('protectedResource.comparison', undefined), agrees: () => false }])

  assert.throws(merge, /protectedResource\.comparison is not what one-1\.2\.3-default shows/)
})

test('what only earlier recordings showed goes with them', () => {
  const stale = { value: 'get', sources: [recorded], confidence: 'H' } as const

  const merged = mergeObservations(profileWith({ challenge: { firstRequest: stale } }), [])

  assert.equal(merged.challenge, undefined)
})

function profileWith(fields: Partial<ClientProfile>): ClientProfile {
  return {
    id: 'one',
    name: 'One',
    vendor: 'Example',
    runs: fact('locally', 'H'),
    family: fact('sdk-1', 'H'),
    ...fields,
  }
}

function fact<Value>(value: Value, confidence: 'H' | 'M' | 'L'): Fact<Value> {
  return { value, sources: [elsewhere], confidence }
}

function seen(path: string, value: unknown): Observation {
  const recording = {
    client: 'one',
    version: '1.2.3',
    scene: 'default',
    base: 'http://localhost:1',
    flags: [],
    requests: [],
  }
  return { path, value, recordings: [{ ...recording, name: 'one-1.2.3-default', started: '2026-11-20T20:40:54.058Z' }] }
}
