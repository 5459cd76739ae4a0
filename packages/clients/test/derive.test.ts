import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveProfiles } from '../../../scripts/clients/derive.ts'
import { recordingsFolder } from '../../../scripts/clients/profile-files.ts'
import { type Recording, readRecordings } from '../../../scripts/clients/recording.ts'
import type { ClientProfile, Fact } from '../src/index.ts'
import { type Found, factsOf } from './facts.ts'

const recordings = readRecordings(recordingsFolder)

/** What the recordings show where nothing else is known. */
const shown: readonly (readonly [id: string, path: string, value: unknown])[] = [
  ['codex', 'challenge.firstRequest', 'get'],
  ['codex', 'challenge.protocolVersion', '2024-11-05'],
  ['codex', 'protectedResource.order', ['path', 'suffix', 'root']],
  ['codex', 'protectedResource.issuerWithout', 'typed_url'],
  ['codex', 'authorizationServer.order', ['oauth_inserted', 'openid_inserted', 'openid_appended', 'oauth_at_root']],
  ['codex', 'authorizationServer.without', 'stops'],
  ['codex', 'registration.order', ['client_metadata_document', 'dynamic']],
  ['codex', 'registration.redirectUris', ['http://127.0.0.1:{port}/callback']],
  ['codex', 'registration.redirectUrisWithoutIss', ['http://127.0.0.1:{port}/callback/{callback_id}']],
  ['codex', 'authorization.scope', ['protected_resource', 'authorization_server', 'none']],
  ['codex', 'authorization.resourceWithout', 'typed_url'],
  // Of the two times that it looks for metadata, the one that decides.
  ['mcp-remote', 'network.userAgent.discovery', 'undici'],
  ['mcp-remote', 'authorizationServer.order', ['oauth_inserted', 'openid_inserted']],
  ['mcp-remote', 'authorizationServer.without', 'endpoints_at_origin'],
  ['mcp-remote', 'registration.withoutNone', 'listed'],
  ['mcp-remote', 'authorization.scope', ['protected_resource', 'authorization_server', 'fixed']],
  ['mcp-remote', 'authorization.resourceAddsSlash', true],
  ['claude-code', 'network.userAgent.mcp', 'claude-code/{version} (sdk-cli)'],
  ['claude-code', 'registration.clientName', 'Claude Code ({server})'],
  ['claude-code', 'registration.usesSecret', true],
  ['claude-code', 'authorization.resourceWithout', 'none'],
  ['sdk-1', 'authorization.resourceAddsSlash', false],
  // What the program around a library says of itself is the recorder's own.
  ['sdk-2', 'registration.clientName', undefined],
  ['sdk-2', 'authorization.sendsState', undefined],
  // One origin that passes does not tell how it was compared.
  ['sdk-2', 'protectedResource.comparison', undefined],
]

for (const [id, path, value] of shown)
  test(`recordings of ${id} show ${value === undefined ? 'nothing of' : ''} ${path}`, () => {
    const [derived] = deriveProfiles([bare(id)], recordings)

    assert.deepEqual(factsOf(derived ?? {}).find((found) => found.path === path)?.fact.value, value)
  })

/** A recording as a later version would give it. */
function later(name: string, change: (text: string) => string = (text) => text): Recording {
  const recording = recordings.find((each) => each.name === name)
  assert.ok(recording)
  const changed = JSON.parse(change(JSON.stringify(recording).replaceAll('0.169.0', '0.170.0')))
  return { ...changed, started: '2026-12-24T12:00:00.000Z' }
}

function derived(more: readonly Recording[]) {
  const [profile] = deriveProfiles([bare('codex')], [...recordings, ...more])
  return factsOf(profile ?? {})
}

const sourcesOf = (facts: readonly Found[], path: string) =>
  facts.find((found) => found.path === path)?.fact.sources.map(({ reference }) => reference)

test('one recording of a newer version loses nothing that older ones show in other scenes', () => {
  const before = derived([])

  const after = derived([later('codex-0.169.0-default')])

  assert.deepEqual(
    after.map(({ path, fact }) => [path, fact.value]),
    before.map(({ path, fact }) => [path, path === 'version' ? '0.170.0' : fact.value]),
  )
  assert.deepEqual(sourcesOf(after, 'authorizationServer.without'), ['recording:codex-0.169.0-asroot404'])
})

test('of two recordings that show the same both are sources, the newer one first', () => {
  const facts = derived([later('codex-0.169.0-default')])

  const sources = sourcesOf(facts, 'challenge.firstRequest')

  assert.deepEqual(sources, ['recording:codex-0.170.0-default', 'recording:codex-0.169.0-default'])
})

test('where a newer recording of the same scene shows something else, it alone is the source', () => {
  const facts = derived([later('codex-0.169.0-default', (text) => text.replaceAll('2024-11-05', '2025-06-18'))])

  const found = facts.find(({ path }) => path === 'challenge.protocolVersion')

  assert.equal(found?.fact.value, '2025-06-18')
  assert.deepEqual(sourcesOf(facts, 'challenge.protocolVersion'), ['recording:codex-0.170.0-default'])
})

test('what a newer recording of the same scene no longer shows is gone', () => {
  const plain = later('codex-0.169.0-default')
  const noiss = { ...plain, name: 'codex-0.170.0-noiss', scene: 'noiss' }

  const facts = derived([plain, noiss])

  assert.equal(sourcesOf(facts, 'registration.redirectUrisWithoutIss'), undefined)
})

test('the version is that of the newest recording, whatever its scene', () => {
  const facts = derived([later('codex-0.169.0-noprm')])

  assert.deepEqual(sourcesOf(facts, 'version'), ['recording:codex-0.170.0-noprm'])
})

function bare(id: string): ClientProfile {
  const fact = <Value>(value: Value): Fact<Value> => ({
    value,
    sources: [{ reference: 'https://example.com/', date: '2026-01-02' }],
    confidence: 'L',
  })
  return { id, name: id, vendor: 'Example', runs: fact('locally'), family: fact('specification') }
}
