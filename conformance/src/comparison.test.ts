import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, verdictOf } from './comparison.ts'
import type { Check } from './suite.ts'

const check = (id: string, status: Check['status'], errorMessage?: string): Check => ({
  id,
  status,
  ...(errorMessage !== undefined && { errorMessage }),
})

test('a scenario passes when something succeeded and nothing failed', () => {
  const cases: [Parameters<typeof verdictOf>[0], string][] = [
    [[check('a', 'SUCCESS'), check('b', 'WARNING')], 'passed'],
    [[check('a', 'SUCCESS'), check('b', 'FAILURE')], 'failed'],
    [[check('a', 'WARNING'), check('b', 'SKIPPED')], 'inconclusive'],
    [[], 'failed'],
    [undefined, 'missing'],
  ]

  for (const [checks, verdict] of cases) assert.equal(verdictOf(checks), verdict)
})

test('a check that succeeds only without Portcullis is told with its reason, where the scenario passes all the same too', () => {
  const direct = new Map([['s', [check('a', 'SUCCESS'), check('b', 'SUCCESS'), check('b', 'SUCCESS')]]])
  const through = new Map([['s', [check('a', 'SUCCESS'), check('b', 'SUCCESS'), check('b', 'WARNING', 'too late')]]])

  const compared = compare(direct, through)

  assert.deepEqual(compared, [{ scenario: 's', direct: 'passed', through: 'passed', worse: ['b: too late'] }])
})

test('a scenario that did not run through the gateway loses all its checks', () => {
  const direct = new Map([['s', [check('a', 'SUCCESS')]]])

  const compared = compare(direct, new Map())

  assert.deepEqual(compared, [
    { scenario: 's', direct: 'passed', through: 'missing', worse: ['a: the check was not made'] },
  ])
})
