import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type ClientProfile, type Fact, profiles } from '@portcullis/clients'
import { gatherEvidence } from '../src/evidence/evidence.ts'
import { families } from '../src/simulation/families.ts'
import type { WalkEnd } from '../src/simulation/walk.ts'
import { createWire } from '../src/simulation/wire.ts'
import { documentUrl, isDocument, keptOrigins, type Observations, type ObservedOutcome } from './observation.ts'
import { outcomeIn, type Scene } from './scene.ts'
import { scenes } from './scenes.ts'

const clients: Readonly<Record<string, () => ClientProfile>> = {
  'sdk-1': () => host('sdk-1', 'post_initialize'),
  'sdk-2': () => host('sdk-2', 'post_initialize'),
  'sdk-2-negotiating': () => host('sdk-2', 'post_discover'),
  'mcp-remote': () => profileOf('mcp-remote'),
  codex: () => profileOf('codex'),
  'claude-code': () => profileOf('claude-code'),
}

for (const [id, client] of Object.entries(clients)) {
  const { client: name, observations } = observationsOf(id)

  test(`${name} was observed in every scene`, () => {
    assert.deepEqual(
      observations.map(({ scene }) => scene),
      scenes.map(({ title }) => title),
    )
  })

  for (const { scene: title, outcome, said, documents } of observations)
    test(`${title}: the walk of ${id} does what ${name} did`, async () => {
      const { end, asked } = await walkIn(
        scenes.find((scene) => scene.title === title),
        client(),
      )

      assert.deepEqual(outcomeOf(end), outcome)
      assert.deepEqual(asked, documents)
      const words = end.kind === 'stops' ? end.words : undefined
      if (words !== undefined)
        assert.ok(
          said.some((each) => each.includes(words)),
          `It said ${said.join(' / ')}, not ${words}`,
        )
    })
}

async function walkIn(
  scene: Scene | undefined,
  client: ClientProfile,
): Promise<{ end: WalkEnd; asked: readonly string[] }> {
  if (scene === undefined) assert.fail('There is no such scene')
  const target = `${keptOrigins.here}${scene.path ?? '/mcp'}`
  const evidence = gatherEvidence({
    target,
    mostRequests: 60,
    send: async (request) => outcomeIn(scene, keptOrigins, request),
  })
  const { end } = await families[client.family.value](client, createWire(evidence, undefined))
  const asked = evidence.exchanges
    .map(({ request }) => request)
    .filter(({ method, url }) => isDocument(method, url, target))
  return { end, asked: [...new Set(asked.map(({ url }) => url))].filter(isSeen) }
}

/** What went to a server that is not there nobody observed. */
function isSeen(url: string): boolean {
  return Object.values(keptOrigins).includes(new URL(url).origin)
}

function outcomeOf(end: WalkEnd): ObservedOutcome {
  switch (end.kind) {
    case 'asks_for_authorization': {
      const { endpoint, registration, scope, resource } = end.request
      const identifier = registration === 'client_metadata_document' ? 'document' : 'registered'
      return {
        kind: 'opens',
        endpoint,
        identifier,
        ...(scope !== undefined && { scope }),
        ...(resource !== undefined && { resource }),
      }
    }
    case 'needs_no_sign_in':
      return { kind: 'connects' }
    case 'stops':
      return { kind: 'stops' }
    case 'cannot_tell':
      return assert.fail(`It cannot tell: ${end.why}`)
    default:
      return end satisfies never
  }
}

/** A program on the SDK that has a client metadata document. */
function host(id: string, first: 'post_initialize' | 'post_discover'): ClientProfile {
  const profile = profileOf(id)
  return {
    ...profile,
    challenge: { ...profile.challenge, firstRequest: fact(first) },
    registration: { ...profile.registration, documentUrl: fact(documentUrl) },
  }
}

function fact<Value>(value: Value): Fact<Value> {
  return { value, sources: [], confidence: 'H' }
}

function profileOf(id: string): ClientProfile {
  const profile = profiles.find((each) => each.id === id)
  if (profile === undefined) assert.fail(`There is no profile ${id}`)
  return profile
}

function observationsOf(id: string): Observations {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'observed', `${id}.json`), 'utf8')) as Observations // as truth/ wrote it
}
