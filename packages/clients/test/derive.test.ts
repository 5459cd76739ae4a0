import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveProfiles } from '../../../scripts/clients/derive.ts'
import { recordingsFolder } from '../../../scripts/clients/profile-files.ts'
import { readRecordings } from '../../../scripts/clients/recording.ts'
import type { ClientProfile, Fact } from '../src/index.ts'
import { factsOf } from './facts.ts'

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

test('the newest version of a client is the one that counts', () => {
  const [newer] = recordings
    .filter(({ name }) => name === 'codex-0.169.0-default')
    .map((recording) => ({ ...recording, name: 'codex-0.170.0-default', version: '0.170.0' }))

  const [derived] = deriveProfiles([bare('codex')], [...recordings, ...(newer ? [newer] : [])])

  assert.equal(derived?.version?.value, '0.170.0')
  assert.equal(derived?.registration?.redirectUrisWithoutIss, undefined)
})

function bare(id: string): ClientProfile {
  const fact = <Value>(value: Value): Fact<Value> => ({
    value,
    sources: [{ reference: 'https://example.com/', date: '2026-01-02' }],
    confidence: 'L',
  })
  return { id, name: id, vendor: 'Example', runs: fact('locally'), family: fact('specification') }
}
