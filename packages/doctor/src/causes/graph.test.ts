import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FindingCode } from '../findings/finding.ts'
import { explains, inOrder } from './graph.ts'
import { explainStop } from './stops.ts'

test('no finding explains itself, over whatever way', () => {
  for (const code of inOrder) assert.ok(!reachable(code).has(code), code)
})

test('no finding is told twice what it explains', () => {
  for (const code of inOrder) assert.equal(new Set(explains[code]).size, explains[code].length, code)
})

test('every reason to stop has findings that explain it, each once', () => {
  for (const codes of Object.values(explainStop)) {
    assert.ok(codes.length > 0)
    assert.equal(new Set(codes).size, codes.length)
  }
})

function reachable(from: FindingCode): ReadonlySet<FindingCode> {
  const found = new Set<FindingCode>()
  const open = [...explains[from]]
  for (let code = open.pop(); code !== undefined; code = open.pop()) {
    if (found.has(code)) continue
    found.add(code)
    open.push(...explains[code])
  }
  return found
}
