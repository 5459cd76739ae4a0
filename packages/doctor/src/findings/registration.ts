import type { Evidence } from '../evidence/evidence.ts'
import { statusOf } from '../evidence/exchange.ts'
import { lacksPostRoute } from '../probes/post-routes.ts'
import { registrationElsewhere } from '../probes/registration.ts'
import { endpointIn, type ServerDocument } from '../probes/server-documents.ts'
import { type Finding, finding } from './finding.ts'

/** How a client that nobody knows comes to an identifier. `used`: the metadata, where there is any. */
export function findInRegistration(evidence: Evidence, used: ServerDocument | undefined): readonly Finding[] {
  const advertised = used && endpointIn(used.document, 'registration_endpoint')
  const takesDocuments = used?.document.client_id_metadata_document_supported === true
  const token = used && endpointIn(used.document, 'token_endpoint')
  const lacking = advertised === undefined ? undefined : lacksPostRoute(evidence, advertised, token)
  if (advertised !== undefined && lacking === undefined) return []
  return [
    ...(advertised === undefined || lacking === undefined
      ? []
      : [
          finding(
            'endpoint_not_found',
            { field: 'registration_endpoint', url: advertised, status: statusOf(lacking) ?? 404 },
            lacking,
          ),
        ]),
    ...(takesDocuments ? [] : elsewhere(evidence, advertised)),
    ...(used === undefined || takesDocuments || advertised !== undefined ? [] : [noWay(used)]),
  ]
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
