import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ClientProfile, type Fact, profiles } from '@portcullis/clients'
import type { Evidence } from '../src/evidence/evidence.ts'
import { families } from '../src/simulation/families.ts'
import type { Walk } from '../src/simulation/walk.ts'
import { createWire } from '../src/simulation/wire.ts'
import { allRecordings, authorizationUrl, beforeTheBrowser, evidenceOf, type Recording } from './recordings.ts'

for (const recording of allRecordings()) {
  test(`${recording.name}: the walk asks for the same documents in the same order`, async () => {
    const evidence = evidenceOf(beginsAtSignIn(recording) ? challenged(recording) : recording)

    const walk = await walkOver(evidence, playerOf(recording))

    assert.deepEqual(documentsAsked(walk, evidence), documentsRecorded(recording))
  })

  test(`${recording.name}: the walk ends where the client did`, async () => {
    const evidence = evidenceOf(beginsAtSignIn(recording) ? challenged(recording) : recording)

    const { end } = await walkOver(evidence, playerOf(recording))

    const opened = authorizationUrl(recording)
    if (opened === undefined) {
      assert.deepEqual(end.kind === 'stops' && [end.step, end.because], stops[sceneOf(recording)])
      return
    }
    if (end.kind !== 'asks_for_authorization') assert.fail(`It ${end.kind}: ${JSON.stringify(end)}`)
    const { endpoint, registration, registrationUrl, scope, resource } = end.request
    assert.equal(endpoint, `${opened.origin}${opened.pathname}`)
    assert.equal(scope, opened.searchParams.get('scope') ?? undefined)
    assert.equal(resource, opened.searchParams.get('resource') ?? undefined)
    const registered = beforeTheBrowser(recording).find(({ method, url }) => method === 'POST' && url !== '/mcp')
    assert.equal(registration, registered === undefined ? 'client_metadata_document' : 'dynamic')
    assert.equal(
      registrationUrl,
      registered ? `${recording.base}${registered.url}` : opened.searchParams.get('client_id'),
    )
  })
}

function walkOver(evidence: Evidence, player: ClientProfile): Promise<Walk> {
  return families[player.family.value](player, createWire(evidence, undefined))
}

/** Where the clients stopped for which no browser opened. */
const stops: Readonly<Record<string, readonly [string, string]>> = {
  nodcr: ['registration', 'no_way_to_register'],
  asroot404: ['authorization_server_metadata', 'authorization_server_metadata_not_found'],
}

/** The client that was recorded, as its profile has it, and what the host of a library chose. */
function playerOf(recording: Recording): ClientProfile {
  const profile = profiles.find(({ id }) => id === idOf[clientOf(recording)])
  if (profile === undefined) assert.fail(`Nobody plays ${recording.name}`)
  const scene = sceneOf(recording)
  const hasDocument = scene === 'cimd-url' || (scene === 'cimd' && profile.family.value.startsWith('sdk'))
  return {
    ...profile,
    ...(scene.startsWith('auto') && { challenge: { ...profile.challenge, firstRequest: fact('post_discover') } }),
    registration: {
      ...profile.registration,
      ...(hasDocument && { documentUrl: fact('https://client.example.com/cimd.json') }),
    },
  }
}

const idOf: Readonly<Record<string, string>> = {
  sdk: 'sdk-1',
  client: 'sdk-2',
  'mcp-remote': 'mcp-remote',
  'claude-code': 'claude-code',
  codex: 'codex',
}

function fact<Value>(value: Value): Fact<Value> {
  return { value, sources: [], confidence: 'H' }
}

function clientOf({ name }: Recording): string {
  return name.replace(/-\d+\.\d+\.\d+-.*$/, '')
}

function sceneOf({ name }: Recording): string {
  return name.replace(/^.*-\d+\.\d+\.\d+-/, '')
}

/** Six recordings of Claude Code begin with `claude mcp login`, at a server that it never dialled. */
function beginsAtSignIn(recording: Recording): boolean {
  return clientOf(recording) === 'claude-code' && !beforeTheBrowser(recording).some(({ url }) => url === '/mcp')
}

/** The same with the challenge that the server gave to others. */
function challenged(recording: Recording): Recording {
  const body = JSON.stringify({ method: 'server/discover' })
  const response = { status: 401, headers: { 'www-authenticate': 'Bearer' } }
  return { ...recording, requests: [{ method: 'POST', url: '/mcp', body, response }, ...recording.requests] }
}

function documentsAsked(walk: Walk, evidence: Evidence): readonly string[] {
  const ids = new Set(walk.steps.flatMap((step) => step.evidence))
  const urls = evidence.exchanges.filter(({ id }) => ids.has(id)).map(({ request }) => request.url)
  return urls.filter((url) => url.includes('/.well-known/')).map((url) => new URL(url).pathname)
}

function documentsRecorded(recording: Recording): readonly string[] {
  return [...new Set(beforeTheBrowser(recording).map(({ url }) => url))].filter((url) => url.includes('/.well-known/'))
}
