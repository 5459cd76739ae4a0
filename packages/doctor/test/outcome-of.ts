import type { AuthorizationRequest, WalkEnd } from '../src/simulation/walk.ts'
import type { ObservedOutcome } from './observation.ts'

/** The end of a walk as it would be observed; `undefined` where it cannot tell. */
export function outcomeOf(end: WalkEnd): ObservedOutcome | undefined {
  switch (end.kind) {
    case 'asks_for_authorization':
      return opening(end.request)
    case 'needs_no_sign_in':
      return { kind: 'connects' }
    case 'stops':
      return end.request === undefined ? { kind: 'stops' } : opening(end.request)
    case 'cannot_tell':
      return undefined
    default:
      return end satisfies never
  }
}

function opening({ endpoint, registration, scope, resource }: AuthorizationRequest): ObservedOutcome {
  const identifier = registration === 'client_metadata_document' ? 'document' : 'registered'
  return {
    kind: 'opens',
    endpoint,
    identifier,
    ...(scope !== undefined && { scope }),
    ...(resource !== undefined && { resource }),
  }
}
