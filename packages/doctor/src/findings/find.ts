import type { Evidence } from '../evidence/evidence.ts'
import { isWebUrl } from '../probes/resource-documents.ts'
import { findInAuthorizationServer } from './authorization-server.ts'
import { findInChallenge } from './challenge.ts'
import type { Finding } from './finding.ts'
import { findInNetwork, rateLimited } from './network.ts'
import { findInProtectedResource } from './protected-resource.ts'
import { withoutAbsences, withoutNoEvidence } from './without-no-evidence.ts'

/** All that the evidence shows, in the order of a connection. */
export function find(evidence: Evidence): readonly Finding[] {
  if (!isWebUrl(evidence.target)) return findInNetwork(evidence)
  const told = withoutNoEvidence(evidence)
  const found = [
    ...findInNetwork(told),
    ...rateLimited(evidence),
    ...findInChallenge(told),
    ...findInProtectedResource(told),
    ...findInAuthorizationServer(told),
  ]
  return withoutAbsences(found, evidence)
}
