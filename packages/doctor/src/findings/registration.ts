import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { getAt } from '../probes/post-routes.ts'
import { registrationElsewhere } from '../probes/registration.ts'
import { refusalToRegister } from '../probes/registration-refused.ts'
import { endpointIn, type ServerDocument } from '../probes/server-documents.ts'
import { type Finding, finding } from './finding.ts'

/** How a client that nobody knows comes to an identifier. `used`: the metadata, where there is any. */
export function findInRegistration(evidence: Evidence, used: ServerDocument | undefined): readonly Finding[] {
  const advertised = used && endpointIn(used.document, 'registration_endpoint')
  const takesDocuments = used?.document.client_id_metadata_document_supported === true
  const refusal = used && advertised !== undefined ? refusalAt(evidence, advertised, used) : undefined
  if (advertised !== undefined && refusal === undefined) return []
  return [
    ...(advertised === undefined || refusal === undefined ? [] : [refused(advertised, refusal)]),
    ...(takesDocuments ? [] : elsewhere(evidence, advertised)),
    ...(used === undefined || takesDocuments || advertised !== undefined ? [] : [noWay(used)]),
  ]
}

function refusalAt(evidence: Evidence, advertised: string, { document }: ServerDocument): Exchange | undefined {
  const answer = seen(evidence, getAt(advertised))
  const token = endpointIn(document, 'token_endpoint')
  return answer && refusalToRegister(evidence, answer, { token })
}

function refused(url: string, refusal: Exchange): Finding {
  const status = statusOf(refusal) ?? 404
  return status === 404
    ? finding('endpoint_not_found', { field: 'registration_endpoint', url, status }, refusal)
    : finding('registration_guarded', { url, status }, refusal)
}

function elsewhere(evidence: Evidence, advertised: string | undefined): readonly Finding[] {
  const found = registrationElsewhere(evidence, advertised)
  return found === undefined
    ? []
    : [finding('registration_elsewhere', { found: found.url, advertised }, found.exchange)]
}

function noWay({ issuer, exchange }: ServerDocument): Finding {
  return finding('no_way_to_register', { issuer }, exchange)
}
