import { type ClientProfile, profiles } from '@portcullis/clients'
import { diagnose } from '../../../packages/doctor/src/diagnose.ts'
import type { ClientVerdict } from '../../../packages/doctor/src/simulation/verdict.ts'
import { outcomeOf } from '../../../packages/doctor/test/outcome-of.ts'
import { players } from '../../../packages/doctor/test/players.ts'
import { asKept } from '../as-kept.ts'
import type { DoctorsWord } from './cell.ts'
import type { Visit } from './site.ts'

/** What the doctor says of every client, asked as its users ask it: of all at once, with its limits of requests and time. */
export async function askTheDoctor({ target, origins }: Visit): Promise<ReadonlyMap<string, DoctorsWord>> {
  const { clients } = await diagnose(target, { profiles: asked })
  return new Map(clients.map((verdict) => [verdict.client.id, asKept(wordOf(verdict), origins)]))
}

/** All clients, and in the place of the libraries the programs on them that run here. */
const asked: readonly ClientProfile[] = [
  ...Object.entries(players).map(([id, profile]) => ({ ...profile, id })),
  ...profiles.filter(({ id }) => !(id in players)),
]

function wordOf({ step, words, why = '', walk }: ClientVerdict): DoctorsWord {
  return {
    outcome: outcomeOf(walk.end) ?? { kind: 'cannot_tell', why },
    ...(step !== undefined && { step }),
    ...(words !== undefined && { words }),
  }
}
