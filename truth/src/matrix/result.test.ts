import assert from 'node:assert/strict'
import { test } from 'node:test'
import { explanationOf, stale } from './explanations.ts'
import { changedSince } from './fingerprint.ts'
import { isPageOfToday, newestResult } from './result.ts'

const kept = newestResult()
/** What else has changed wants the whole matrix again, and the short run says so. */
const skip =
  kept !== undefined && changedSince(kept.fingerprint).length > 0 && 'the result is of files that have changed'

test('the page of the newest result has the explanations of today', { skip }, () => {
  assert.ok(kept)
  assert.ok(isPageOfToday(kept), 'run: npm run doctor:truth -- --page')
})

test('every disagreement of the newest result is explained', { skip }, () => {
  const unexplained = kept?.cells.filter((cell) => cell.differs.length > 0 && explanationOf(cell) === undefined)

  assert.deepEqual(
    unexplained?.map(({ client, site }) => `${client}, ${site}`),
    [],
  )
})

test('every explanation is needed by a cell of the newest result', { skip }, () => {
  assert.deepEqual(stale(kept?.cells ?? []), [])
})
