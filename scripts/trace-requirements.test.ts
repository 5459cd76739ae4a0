import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseConformancePage } from './conformance-page.ts'
import { problemsOfRequirement } from './trace-requirements.ts'

const titles = [{ file: 'a.test.ts', title: 'AS-01 P-010 something is so' }]

for (const id of ['RS-02', 'AS-02', 'P-02'])
  test(`trace refuses ${id} as later, whatever the remark, and takes it as not ours where the remark says why`, () => {
    assert.equal(problemsOfRequirement({ id, state: 'later', remark: 'Comes with the next version' }, titles).length, 1)
    assert.equal(problemsOfRequirement({ id, state: 'not ours', remark: '' }, titles).length, 1)
    assert.equal(problemsOfRequirement({ id, state: 'not ours', remark: 'There is none' }, titles).length, 0)
  })

test('trace takes a requirement as done where a title carries its id as a whole word, and nowhere else', () => {
  assert.deepEqual(problemsOfRequirement({ id: 'AS-01', state: 'done', remark: '' }, titles), [])
  for (const id of ['AS-02', 'P-01', 'RS-01'])
    assert.equal(problemsOfRequirement({ id, state: 'done', remark: '' }, titles).length, 1, id)
})

test('trace reads no fourth state on the page', () => {
  assert.throws(() => parseConformancePage('| AS-01 | It is so | mostly | |'), /has no state/)
})
