import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Observations } from '../../../packages/doctor/test/observation.ts'
import { stepsSaid } from './steps-said.ts'

const observed = join(import.meta.dirname, '../../../packages/doctor/test/observed')

for (const file of globSync('*.json', { cwd: observed })) {
  const { client, observations } = JSON.parse(readFileSync(join(observed, file), 'utf8')) as Observations // as observe.ts wrote it

  test(`all that ${file.replace('.json', '')} was heard to say where it stopped names a step`, () => {
    const unnamed = observations.filter(({ said }) => said.length > 0 && stepsSaid(said)?.length === 0)

    assert.deepEqual(
      unnamed.map(({ said }) => said),
      [],
      client,
    )
  })
}

test('who stops before anything was asked stops at reach, whatever it says', () => {
  assert.deepEqual(stepsSaid(['fetch failed'], false), ['reach'])
})

test('who says nothing names no step', () => {
  assert.equal(stepsSaid([]), undefined)
})

test('words that nobody has heard before name none', () => {
  assert.deepEqual(stepsSaid(['Computer says no']), [])
})
