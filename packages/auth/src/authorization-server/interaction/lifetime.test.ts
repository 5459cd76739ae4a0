import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatLifetime } from './lifetime.ts'

test('a lifetime is written in the largest unit that gives a whole number', () => {
  const cases: [number, string][] = [
    [30 * 86_400, '30 days'],
    [86_400, '1 day'],
    [5400, '90 minutes'],
    [3600, '1 hour'],
    [90, '90 seconds'],
    [1, '1 second'],
    [0, '0 seconds'],
  ]

  for (const [seconds, text] of cases) assert.equal(formatLifetime(seconds), text)
})
