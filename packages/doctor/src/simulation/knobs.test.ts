import assert from 'node:assert/strict'
import { test } from 'node:test'
import { profiles } from '@portcullis/clients'
import { knobs } from './knobs.ts'

for (const [knob, { supposed }] of Object.entries(knobs))
  test(`${knob} is supposed where it stands in a profile, as no more than a supposition, and nothing beside it`, () => {
    const [part = '', name = ''] = knob.split('.')

    for (const profile of profiles)
      for (const alternative of supposed(profile)) {
        const { [part]: handling, ...others } = fieldsOf(alternative)
        const { [name]: fact, ...neighbours } = fieldsOf(handling)
        assert.equal(fieldsOf(fact).confidence, 'L')
        const { [part]: before, ...othersBefore } = fieldsOf(profile)
        const { [name]: _, ...neighboursBefore } = fieldsOf(before)
        assert.deepEqual([others, neighbours], [othersBefore, neighboursBefore])
      }
  })

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value ?? {}))
}
