import type { Evidence } from '../evidence/evidence.ts'
import { stringIn, stringsIn } from '../evidence/read-json.ts'
import type { Finding, FindingArgs } from '../findings/finding.ts'
import { resourceDocument } from '../probes/resource-documents.ts'
import { issuersOf, serverDocument } from '../probes/server-documents.ts'
import { usualEndpointsSeen } from '../probes/usual-endpoints.ts'

/** Where things of the sign-in server are, as far as that was seen. */
export interface SeenEndpoints {
  readonly authorization?: string | undefined
  readonly token?: string | undefined
  readonly registration?: string | undefined
  readonly keys?: string | undefined
  /** Whether its metadata says that clients may introduce themselves by documents. */
  readonly takesDocuments?: boolean
  readonly authenticationMethods?: readonly string[] | undefined
  /** Where the metadata of the resource was read. */
  readonly resourceMetadata?: string | undefined
}

/**
 * What the document that clients read says of them, whatever issuer it names; where there is none, what answers at the paths that are usual. Where
 * registration was found elsewhere, it is there.
 */
export function seenEndpoints(evidence: Evidence, findings: readonly Finding[]): SeenEndpoints {
  const [issuer] = issuersOf(evidence).issuers
  const { document } = serverDocument(evidence, issuer) ?? {}
  const elsewhere = findings.find(({ code }) => code === 'registration_elsewhere')
  const found = elsewhere?.args as FindingArgs['registration_elsewhere'] | undefined // the code says so
  const usual = usualEndpointsSeen(evidence, issuer)
  return {
    authorization: stringIn(document?.authorization_endpoint) ?? usual.authorization,
    token: stringIn(document?.token_endpoint) ?? usual.token,
    registration: found?.found ?? stringIn(document?.registration_endpoint),
    keys: stringIn(document?.jwks_uri),
    takesDocuments: document?.client_id_metadata_document_supported === true,
    authenticationMethods: stringsIn(document?.token_endpoint_auth_methods_supported),
    resourceMetadata: resourceDocument(evidence)?.url,
  }
}
