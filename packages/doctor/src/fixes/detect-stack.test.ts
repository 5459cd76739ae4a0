import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordedEvidence } from '../evidence/evidence.ts'
import { detectStack } from './detect-stack.ts'

const url = 'https://mcp.example/mcp'

for (const [vary, framework] of [
  ['rsc, next-router-state-tree, next-router-prefetch', 'next'],
  ['Next-Router-Segment-Prefetch, RSC', 'next'],
  ['source, next-router-prefetch', undefined],
  // Each `rsc` looked behind for the other word would cost a hostile server's victim a second for each answer.
  ['rsc '.repeat(40_000), undefined],
] as const)
  test(`answers that vary by ${vary.slice(0, 60)} are by ${framework ?? 'nobody that is known'}`, () => {
    const outcome = { kind: 'answer', status: 200, headers: [['vary', vary]], body: '', isWhole: true } as const
    const exchange = { id: 1, request: { method: 'GET', url, headers: {} }, outcome, milliseconds: 1 } as const

    assert.equal(detectStack(recordedEvidence(url, [exchange])).framework?.name, framework)
  })
