import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Mutant } from '../mutants/mutant.ts'
import { type Changes, isInShareOf, isTouchedBy } from './mutants-share.ts'

const mutant: Mutant = {
  name: 'a token for another audience is refused',
  law: 'law 2',
  file: 'a.ts',
  find: 'if (aud !== resource)\n  return refusal()',
  replace: '',
  test: { file: 'a.test.ts', title: /audience/ },
}
const guards = Array.from({ length: 1000 }, (_, at) => ({ ...mutant, name: `guard ${at}` }))
const commits = Array.from({ length: 40 }, (_, at) => `commit ${at}`)
const nothing: Changes = { since: 'commit 1', files: new Set(), addedToMutants: '' }

test('the share of a commit is a quarter of the guards, and the same whenever it is asked', () => {
  const share = guards.filter((guard) => isInShareOf('commit 1', guard))

  assert.ok(share.length > 200 && share.length < 300, `${share.length}`)
  assert.deepEqual(
    guards.filter((guard) => isInShareOf('commit 1', guard)),
    share,
  )
})

test('the share differs from commit to commit, and in time holds every guard', () => {
  assert.notDeepEqual(
    guards.filter((guard) => isInShareOf('commit 1', guard)),
    guards.filter((guard) => isInShareOf('commit 2', guard)),
  )
  assert.deepEqual(
    guards.filter((guard) => !commits.some((commit) => isInShareOf(commit, guard))),
    [],
  )
})

test('a guard is tried whatever the share when its source, its test or its own text has changed', () => {
  assert.equal(isTouchedBy(nothing, mutant), false)
  assert.equal(isTouchedBy({ ...nothing, files: new Set(['b.ts']) }, mutant), false)
  assert.equal(isTouchedBy({ ...nothing, files: new Set(['a.ts']) }, mutant), true)
  assert.equal(isTouchedBy({ ...nothing, files: new Set(['a.test.ts']) }, mutant), true)
  assert.equal(isTouchedBy({ ...nothing, addedToMutants: `+    name: '${mutant.name}',` }, mutant), true)
  assert.equal(
    isTouchedBy({ ...nothing, addedToMutants: "+    find: 'if (aud !== resource)\\n  return refusal()'," }, mutant),
    true,
  )
})
