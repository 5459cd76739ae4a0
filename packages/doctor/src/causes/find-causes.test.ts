import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Step } from '@portcullis/clients'
import { type Finding, finding } from '../findings/finding.ts'
import type { ClientVerdict } from '../simulation/verdict.ts'
import type { StopReason, WalkEnd } from '../simulation/walk.ts'
import { findCauses } from './find-causes.ts'

const challengeMissing = finding('challenge_missing', { status: 401 })
const metadataMissing = finding('resource_metadata_missing', { looked: [] })
const serverMissing = finding('authorization_server_metadata_missing', { issuer: 'https://mcp.example', looked: [] })
const elsewhere = finding('registration_elsewhere', {
  found: 'https://mcp.example/oauth/register',
  advertised: undefined,
})
const mismatch = finding('resource_mismatch', {
  resource: 'https://mcp.example',
  typed: 'https://mcp.example/mcp',
  difference: 'origin_only',
  url: 'https://mcp.example/.well-known/oauth-protected-resource',
})
const s256Missing = finding('s256_missing', { listed: undefined, url: 'https://as.example' })
const plainListed = finding('plain_listed', { url: 'https://as.example' })
const noPointer = finding('challenge_without_pointer', { value: 'Bearer' })

test('many symptoms have one root, and clients that stop at a symptom are counted there', () => {
  const verdicts = [
    stops('claude', 'registration', 'registration_not_found'),
    stops('codex', 'challenge', 'no_pointer'),
    stops('vscode', 'authorization_server_metadata', 'authorization_server_metadata_not_found'),
  ]

  const causes = findCauses([challengeMissing, metadataMissing, serverMissing, elsewhere, plainListed], verdicts)

  assert.deepEqual(told(causes), [
    [
      'resource_metadata_missing',
      ['claude', 'codex', 'vscode'],
      ['challenge_missing', 'authorization_server_metadata_missing', 'registration_elsewhere'],
    ],
  ])
})

test('of causes that explain nothing of each other the one that stops most clients comes first', () => {
  const verdicts = [
    stops('claude', 'resource_comparison', 'resource_mismatch'),
    stops('chatgpt', 'authorization_request', 's256_not_listed'),
    stops('vscode', 'authorization_request', 's256_not_listed'),
    connects('codex'),
  ]

  assert.deepEqual(told(findCauses([mismatch, s256Missing], verdicts)), [
    ['s256_missing', ['chatgpt', 'vscode'], []],
    ['resource_mismatch', ['claude'], []],
  ])
})

test('a cause at which no client stops yet is told last', () => {
  const verdicts = [stops('chatgpt', 'authorization_request', 's256_not_listed')]

  assert.deepEqual(told(findCauses([mismatch, s256Missing], verdicts)), [
    ['s256_missing', ['chatgpt'], []],
    ['resource_mismatch', [], []],
  ])
})

test('a warning is no cause, unless a client reads it and does stop there, and nothing graver explains that', () => {
  const warning = { ...noPointer, evidence: [1] }

  assert.deepEqual(told(findCauses([warning], [connects('codex')])), [])
  assert.deepEqual(told(findCauses([warning], [stops('codex', 'challenge', 'no_pointer', [1])])), [
    ['challenge_without_pointer', ['codex'], []],
  ])
  assert.deepEqual(told(findCauses([warning], [stops('codex', 'challenge', 'no_pointer', [2])])), [
    ['stop_unexplained', ['codex'], []],
  ])
})

test('of two findings that explain a stop, the one that the client itself read is it', () => {
  const first = {
    ...finding('endpoint_not_found', { field: 'token_endpoint', url: 'https://a', status: 404 }),
    evidence: [1],
  }
  const second = { ...serverMissing, evidence: [2] }

  const causes = findCauses([first, second], [stops('codex', 'registration', 'registration_not_found', [2])])

  assert.deepEqual(told(causes)[0], ['authorization_server_metadata_missing', ['codex'], []])
})

test('several findings of one code are one cause', () => {
  const first = finding('metadata_field_missing', { field: 'issuer', url: 'https://as.example' })
  const second = finding('metadata_field_missing', { field: 'token_endpoint', url: 'https://as.example' })

  assert.deepEqual(told(findCauses([first, second], [])), [['metadata_field_missing', [], ['metadata_field_missing']]])
})

test('a stop that no finding explains is told as one, by step and reason', () => {
  const verdicts = [
    stops('claude', 'challenge', 'no_pointer', [4]),
    stops('codex', 'challenge', 'no_pointer'),
    stops('vscode', 'authorization_request', 's256_not_listed'),
  ]

  const causes = findCauses([s256Missing], verdicts)

  assert.deepEqual(told(causes), [
    ['s256_missing', ['vscode'], []],
    ['stop_unexplained', ['claude', 'codex'], []],
  ])
  assert.deepEqual(causes[1]?.finding.args, { step: 'challenge', because: 'no_pointer' })
  assert.deepEqual(causes[1]?.finding.evidence, [4])
})

function told(causes: ReturnType<typeof findCauses>) {
  return causes.map((cause) => [cause.finding.code, cause.stops, cause.symptoms.map(({ code }: Finding) => code)])
}

function stops(id: string, step: Step, because: StopReason, evidence: readonly number[] = []): ClientVerdict {
  return verdict(id, 'stops', { kind: 'stops', step, because }, [{ step, evidence }])
}

function connects(id: string): ClientVerdict {
  return verdict(id, 'connects', { kind: 'needs_no_sign_in' }, [])
}

function verdict(
  id: string,
  kind: ClientVerdict['kind'],
  end: WalkEnd,
  steps: ClientVerdict['walk']['steps'],
): ClientVerdict {
  return { client: { id, name: id }, kind, basis: 'documents', caveats: [], walk: { steps, end, caveats: [] } }
}
