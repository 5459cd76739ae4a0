import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedSince, fingerprint } from './fingerprint.ts'

test('nothing has changed since now', () => {
  assert.deepEqual(changedSince(fingerprint()), [])
})

test('a changed file and a changed version are named', () => {
  const now = { files: { probes: 'b', profiles: 'a' }, versions: { codex: '2' } }
  const then = { files: { probes: 'a', profiles: 'a' }, versions: { codex: '1', gone: '1' } }

  const changed = changedSince(then, now)

  assert.deepEqual(changed, ['the probes', 'codex (1 then, 2 now)', 'gone (1 then, absent now)'])
})
