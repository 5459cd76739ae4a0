import { type Observation, type Observer, type Scenes, seenIn, standsIn } from './observation.ts'
import type { Recording } from './recording.ts'
import { authorizationQuery, documentAt, typedUrl } from './steps.ts'

export const observeAuthorization: Observer = (scenes) => [
  scope(scenes),
  offlineAccess(scenes.offline),
  seenIn(
    scenes.origres,
    'authorization.resource',
    resource,
    (known) => known === (scenes.origres && resource(scenes.origres)),
  ),
  seenIn(scenes.origres, 'authorization.resourceAddsSlash', addsSlash),
  seenIn(scenes.noprm, 'authorization.resourceWithout', (seen) => kindOfResource(seen, sentResource(seen))),
]

/** What a program that is built on a library decides for itself. */
export const observeState: Observer = ({ default: plain }) => [
  seenIn(plain, 'authorization.sendsState', (seen) => authorizationQuery(seen)?.has('state')),
]

/** Each scene takes one more source of scopes away: first none, then the protected resource's, then the authorization server's too. */
function scope({ default: plain, noprm, asroot404, noscopes }: Scenes): Observation | undefined {
  const recordings = [plain, noprm, asroot404, noscopes].filter((scene) => scene !== undefined)
  const sources = recordings.map(sourceOfScope).filter((source) => source !== undefined)
  if (sources.length === 0) return undefined
  const seen = [...new Set(sources)]
  return { path: 'authorization.scope', value: seen, recordings, agrees: standsIn(seen) }
}

function sourceOfScope(seen: Recording): string | undefined {
  const query = authorizationQuery(seen)
  if (query === undefined) return undefined
  const asked = query.get('scope') ?? undefined
  if (asked === undefined) return 'none'
  if (asked === scopesAt(seen, 'oauth-protected-resource')) return 'protected_resource'
  return asked === scopesAt(seen, 'oauth-authorization-server') ? 'authorization_server' : 'fixed'
}

function scopesAt(seen: Recording, part: string): string | undefined {
  const scopes = documentAt(seen, part)?.scopes_supported
  return Array.isArray(scopes) ? scopes.join(' ') : undefined
}

/** The recorded server lists it in both of its documents, so that the scene does not prove who added it. */
function offlineAccess(offline: Recording | undefined): Observation | undefined {
  const asked = offline && authorizationQuery(offline)?.get('scope')?.split(' ')
  if (offline === undefined || asked === undefined) return undefined
  const asks = asked.includes('offline_access')
  return {
    path: 'authorization.offlineAccess',
    recordings: [offline],
    agrees: (known) => (known === 'if_listed') === asks,
  }
}

function resource(seen: Recording): string | undefined {
  const sent = sentResource(seen)
  const named = documentAt(seen, 'oauth-protected-resource')?.resource
  return sent === named || sent === `${named}/` ? 'metadata_value' : kindOfResource(seen, sent)
}

function addsSlash(seen: Recording): boolean | undefined {
  if (resource(seen) !== 'metadata_value') return undefined
  return sentResource(seen)?.endsWith('/')
}

function sentResource(seen: Recording): string | undefined {
  return authorizationQuery(seen)?.get('resource') ?? undefined
}

function kindOfResource(seen: Recording, sent: string | undefined): string | undefined {
  if (authorizationQuery(seen) === undefined) return undefined
  if (sent === undefined) return 'none'
  return sent === typedUrl(seen) ? 'typed_url' : undefined
}
