import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ClientProfile } from '@portcullis/clients'
import { gatherEvidence } from '../src/evidence/evidence.ts'
import { families } from '../src/simulation/families.ts'
import type { WalkEnd } from '../src/simulation/walk.ts'
import { createWire } from '../src/simulation/wire.ts'
import { isDocument, keptOrigins, type Observations } from './observation.ts'
import { outcomeOf } from './outcome-of.ts'
import { players } from './players.ts'
import { outcomeIn, type Scene } from './scene.ts'
import { scenes } from './scenes.ts'

/** Clients carry their POST to another origin here, and the doctor does not (law 8): of them it says that nobody can tell. */
const goesElsewhere = new Set(['308 to another origin'])

for (const [id, client] of Object.entries(players)) {
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
        client,
      )

      if (end.kind === 'cannot_tell') return assert.ok(goesElsewhere.has(title), end.why)
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

function observationsOf(id: string): Observations {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'observed', `${id}.json`), 'utf8')) as Observations // as truth/ wrote it
}
