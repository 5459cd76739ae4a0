import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordedEvidence } from '../evidence/evidence.ts'
import type { Exchange, ProbeRequest } from '../evidence/exchange.ts'
import { mcpRequest } from './requests.ts'
import { challengedIn } from './resource-documents.ts'

const target = 'https://mcp.example/sse'
const challenge = [['www-authenticate', 'Bearer']] as const

for (const [title, post, get, where] of [
  ['the first request where it is challenged', 401, 401, 'POST'],
  ['GET where the transport of 2024-11-05 takes no POST and asks for a token', 405, 401, 'GET'],
  ['the first request where nothing asks for a token', 405, 404, 'POST'],
] as const)
  test(`a challenge is looked for in the answer to ${title}`, () => {
    const evidence = recordedEvidence(target, [
      answered(1, mcpRequest(target, 'post_initialize'), post),
      answered(2, mcpRequest(target, 'get'), get),
    ])

    assert.equal(challengedIn(evidence)?.request.method, where)
  })

function answered(id: number, request: ProbeRequest, status: number): Exchange {
  const headers = status === 401 ? challenge : []
  return { id, request, outcome: { kind: 'answer', status, headers, body: '', isWhole: true }, milliseconds: 1 }
}
