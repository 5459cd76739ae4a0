import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Step } from '@portcullis/clients'
import { finding } from '../findings/finding.ts'
import type { ClientVerdict } from '../simulation/verdict.ts'
import type { WalkEnd } from '../simulation/walk.ts'
import type { Cause } from './causes.ts'
import { hiddenCauses } from './hidden-causes.ts'

const letIn = cause(finding('everybody_let_in', { status: 200 }))
const mismatch = cause(
  finding('resource_mismatch', {
    resource: 'https://mcp.example',
    typed: 'https://mcp.example/mcp',
    difference: 'origin_only',
    url: 'https://mcp.example/.well-known/oauth-protected-resource',
  }),
)
const badTokenLetIn = cause(finding('bad_token_let_in', { status: 200 }))

test('a cause that nobody comes to, since they are let in before, is hidden', () => {
  assert.deepEqual(hiddenCauses([letIn, mismatch], [ending({ kind: 'needs_no_sign_in' })]), [mismatch])
})

test('a cause that nobody comes to, since they stop before, is hidden', () => {
  assert.deepEqual(hiddenCauses([mismatch], [stopping('challenge')]), [mismatch])
})

test('whatever is wrong with a server that nobody reaches is hidden', () => {
  const plain = cause(finding('plain_http', { url: 'http://mcp.example/mcp', network: 'public' }))

  assert.deepEqual(hiddenCauses([plain], [stopping('reach')]), [plain])
})

test('a cause that somebody stops at is not hidden, whoever does not come so far', () => {
  const stops = { ...mismatch, stops: ['codex'] }

  assert.deepEqual(hiddenCauses([letIn, stops], [ending({ kind: 'needs_no_sign_in' })]), [])
})

test('a cause that clients came past is not hidden', () => {
  assert.deepEqual(hiddenCauses([mismatch], [stopping('authorization_request')]), [])
  assert.deepEqual(hiddenCauses([badTokenLetIn], [stopping('challenge')]), [])
})

function cause(of: Cause['finding']): Cause {
  return { finding: of, stops: [], symptoms: [] }
}

function stopping(step: Step): ClientVerdict {
  return ending({ kind: 'stops', step, because: 'no_pointer' })
}

function ending(end: WalkEnd): ClientVerdict {
  return {
    client: { id: 'codex', name: 'Codex' },
    kind: 'stops',
    basis: 'documents',
    caveats: [],
    walk: { steps: [], end, caveats: [] },
  }
}
