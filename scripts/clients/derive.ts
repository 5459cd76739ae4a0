import type { ClientProfile } from '../../packages/clients/src/profile.ts'
import { mergeObservations } from './merge.ts'
import type { Observation, Observer, Scenes } from './observation.ts'
import { observeAuthorization, observeState } from './observe-authorization.ts'
import {
  observeAuthorizationServer,
  observeChallenge,
  observeNetwork,
  observeProtectedResource,
} from './observe-discovery.ts'
import { observeIdentity, observeRegistration } from './observe-registration.ts'
import { compareVersions, type Recording } from './recording.ts'

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

/** The profiles with what the recordings show: of each scene the newest one. Older ones of it stay sources where they show the same. */
export function deriveProfiles(
  profiles: readonly ClientProfile[],
  recordings: readonly Recording[],
): readonly ClientProfile[] {
  const unknown = recordings.find(({ client }) => recorded[client] === undefined)
  if (unknown) throw new TypeError(`scripts/clients/derive.ts does not say which profile ${unknown.name} belongs to`)
  return profiles.map((profile) => {
    const ofProfile = recordings.filter(({ client }) => recorded[client]?.id === profile.id)
    const observers = recorded[ofProfile[0]?.client ?? '']?.observers ?? []
    const byVersion = asOfEachVersion(ofProfile).map((scenes) => observedIn(scenes, observers))
    const [newest = [], ...older] = byVersion
    return mergeObservations(
      profile,
      newest.map((seen) => ({ ...seen, older: older.flat().filter(({ path }) => path === seen.path) })),
    )
  })
}

function observedIn(scenes: Scenes, observers: readonly Observer[]): readonly Observation[] {
  return observers.flatMap((observe) => observe(scenes)).filter((seen) => seen !== undefined)
}

/** For each version, the newest first, the newest recording of each scene that there was by then: not every scene is recorded anew. */
function asOfEachVersion(recordings: readonly Recording[]): readonly Scenes[] {
  const versions = [...new Set(recordings.map(({ version }) => version))].sort(compareVersions)
  const inOrder = recordings.toSorted((a, b) => compareVersions(a.version, b.version))
  return versions
    .map((version): Scenes => {
      const byThen = inOrder.filter((recording) => compareVersions(recording.version, version) <= 0)
      return Object.fromEntries(byThen.map((recording) => [recording.scene, recording]))
    })
    .reverse()
}
