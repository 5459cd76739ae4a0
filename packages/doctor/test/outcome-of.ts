import type { WalkEnd } from '../src/simulation/walk.ts'
import type { ObservedOutcome } from './observation.ts'

/** The end of a walk as it would be observed; `undefined` where it cannot tell. */
export function outcomeOf(end: WalkEnd): ObservedOutcome | undefined {
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
      return undefined
    default:
      return end satisfies never
  }
}
