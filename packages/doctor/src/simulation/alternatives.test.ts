import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ClientProfile } from '@portcullis/clients'
import { recorded, walkEveryWay } from './alternatives.ts'
import { Footprints, type Walk } from './walk.ts'

const client: ClientProfile = {
  id: 'nobody',
  name: 'Nobody',
  vendor: 'None',
  runs: { value: 'locally', sources: [], confidence: 'H' },
  family: { value: 'specification', sources: [], confidence: 'H' },
}

test('what a walk does not ask for is not tried', async () => {
  const walked: ClientProfile[] = []

  await walkEveryWay(client, async (supposed) => {
    walked.push(supposed)
    return connects()
  })

  assert.deepEqual(walked, [client])
})

test('what is recorded is not supposed otherwise', async () => {
  const known: ClientProfile = {
    ...client,
    protectedResource: { comparison: { value: 'none', sources: [], confidence: 'H' } },
  }

  const { end } = await walkEveryWay(known, async (supposed) =>
    comparisonOf(supposed) === 'none' ? connects() : mismatches(),
  )

  assert.equal(end.kind, 'needs_no_sign_in')
})

test('where every value leads to the same end, that is the end, and what was supposed is a doubt', async () => {
  const walk = await walkEveryWay(client, async (supposed) => {
    const comparison = comparisonOf(supposed)
    const steps = new Footprints()
    steps.caveat({ kind: 'weak_evidence', about: `protectedResource.comparison as ${comparison}` })
    return steps.end({ kind: 'needs_no_sign_in' })
  })

  assert.equal(walk.end.kind, 'needs_no_sign_in')
  assert.equal(walk.caveats.length, 4)
})

test('where values lead to different ends, nobody can tell, from the step on where the value matters', async () => {
  const walk = await walkEveryWay(client, async (supposed) => {
    const steps = new Footprints()
    steps.at('challenge')
    steps.at('resource_comparison')
    if (comparisonOf(supposed) === 'exact') return steps.stop('resource_comparison', 'resource_mismatch')
    steps.at('registration')
    return steps.end({ kind: 'needs_no_sign_in' })
  })

  assert.deepEqual(walk, {
    steps: [
      { step: 'challenge', evidence: [] },
      { step: 'resource_comparison', evidence: [] },
    ],
    end: {
      kind: 'cannot_tell',
      step: 'resource_comparison',
      why: 'Nobody has recorded how it compares “resource” with the URL that was typed',
      unknown: 'client',
    },
    caveats: [],
  })
})

test('where every value stops it, it stops, where the specification would', async () => {
  const { end } = await walkEveryWay(client, async (supposed) =>
    comparisonOf(supposed) === 'exact' ? mismatches() : new Footprints().stop('registration', 'no_way_to_register'),
  )

  assert.deepEqual(end, { kind: 'stops', step: 'resource_comparison', because: 'resource_mismatch' })
})

test('of two things that are not recorded, the one that is asked for first is named', async () => {
  const { end } = await walkEveryWay(client, async (supposed) => {
    const without = recorded(supposed.protectedResource?.without, 'protectedResource.without')
    return without === 'stops' || comparisonOf(supposed) === 'exact' ? mismatches() : connects()
  })

  assert.equal(
    end.kind === 'cannot_tell' && end.why,
    'Nobody has recorded whether it goes on where there is no protected-resource metadata',
  )
})

test('a mistake of a walk is nobody’s silence', async () => {
  const mistaken = walkEveryWay(client, async () => {
    throw new RangeError('no such step')
  })

  await assert.rejects(mistaken, RangeError)
})

function comparisonOf(supposed: ClientProfile) {
  return recorded(supposed.protectedResource?.comparison, 'protectedResource.comparison')
}

function connects(): Walk {
  return new Footprints().end({ kind: 'needs_no_sign_in' })
}

function mismatches(): Walk {
  return new Footprints().stop('resource_comparison', 'resource_mismatch')
}
