import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordedEvidence } from '../evidence/evidence.ts'
import { mcpRequest } from '../probes/requests.ts'
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

for (const [what, expected, headers, body] of [
  [
    'an error with its keys in the order of the alphabet, as Go writes it',
    undefined,
    {},
    '{"error":{"code":-32001,"message":"unauthorized"},"id":null,"jsonrpc":"2.0"}',
  ],
  [
    'the words of mcp-proxy',
    'fastmcp',
    {},
    '{"error":{"code":-32000,"message":"Unauthorized: sign in first"},"id":null,"jsonrpc":"2.0"}',
  ],
  ['uvicorn', 'python', { server: 'uvicorn' }, ''],
  [
    'the words of the SDK for Python',
    'python',
    {},
    '{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Bad Request: Missing session ID"}}',
  ],
  [
    'the challenge of the SDK for Python',
    'python',
    { 'www-authenticate': 'Bearer error="invalid_token", error_description="Authentication required"' },
    '',
  ],
] as const)
  test(`${what} shows ${expected ?? 'nothing'}`, () => {
    const outcome = { kind: 'answer', status: 401, headers: Object.entries(headers), body, isWhole: true } as const
    const exchange = { id: 0, request: mcpRequest(url, 'post_initialize'), outcome, milliseconds: 1 }

    assert.equal(detectStack(recordedEvidence(url, [exchange])).framework?.name, expected)
  })
