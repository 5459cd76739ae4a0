import type { ClientProfile } from '../../packages/clients/src/profile.ts'
import { mergeObservations } from './merge.ts'
import type { Observer, Scenes } from './observation.ts'
import { observeAuthorization, observeState } from './observe-authorization.ts'
import {
  observeAuthorizationServer,
  observeChallenge,
  observeNetwork,
  observeProtectedResource,
} from './observe-discovery.ts'
import { observeIdentity, observeRegistration } from './observe-registration.ts'
import type { Recording } from './recording.ts'

const ofEveryClient: readonly Observer[] = [
  observeNetwork,
  observeChallenge,
  observeProtectedResource,
  observeAuthorizationServer,
  observeRegistration,
  observeAuthorization,
]
const ofPrograms: readonly Observer[] = [...ofEveryClient, observeIdentity, observeState]

/** The profile that recordings of a name belong to. What a library's recordings show of the program around it is the recorder's own. */
const recorded: Readonly<Record<string, { id: string; observers: readonly Observer[] }>> = {
  'claude-code': { id: 'claude-code', observers: ofPrograms },
  codex: { id: 'codex', observers: ofPrograms },
  'mcp-remote': { id: 'mcp-remote', observers: ofPrograms },
  sdk: { id: 'sdk-1', observers: ofEveryClient },
  client: { id: 'sdk-2', observers: ofEveryClient },
}

/** The profiles with what the recordings show, instead of what earlier ones showed. */
export function deriveProfiles(
  profiles: readonly ClientProfile[],
  recordings: readonly Recording[],
): readonly ClientProfile[] {
  const unknown = recordings.find(({ client }) => recorded[client] === undefined)
  if (unknown) throw new TypeError(`scripts/clients/derive.ts does not say which profile ${unknown.name} belongs to`)
  return profiles.map((profile) => {
    const ofProfile = newest(recordings.filter(({ client }) => recorded[client]?.id === profile.id))
    const observers = recorded[ofProfile[0]?.client ?? '']?.observers ?? []
    const scenes: Scenes = Object.fromEntries(ofProfile.map((recording) => [recording.scene, recording]))
    const observations = observers.flatMap((observe) => observe(scenes)).filter((seen) => seen !== undefined)
    return mergeObservations(profile, observations)
  })
}

/** The recordings of the highest version among them. */
function newest(recordings: readonly Recording[]): readonly Recording[] {
  const versions = recordings.map(({ version }) => version)
  const highest = versions.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1)
  return recordings.filter(({ version }) => version === highest)
}
