import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problemsOfThreats } from './trace-threats.ts'

const titles = ['a.test.ts', 'b.test.ts', 'c.test.ts'].map((file) => ({ file, title: `a form of ${file} is refused` }))
const problemsOf = (...tests: string[]) => problemsOfThreats([{ threat: 'A threat', tests }], titles)

test('trace takes a threat whose words stand in a title, and refuses one without, with none, or with words that fit any', () => {
  assert.deepEqual(problemsOf('a form of a.test.ts'), [])
  for (const tests of [[], ['is taken'], ['a form of a.test.ts', 'is taken'], ['is refused']])
    assert.equal(problemsOf(...tests).length, 1, tests.join())
})
