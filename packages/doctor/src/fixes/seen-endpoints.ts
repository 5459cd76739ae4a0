import type { Evidence } from '../evidence/evidence.ts'
import { stringIn } from '../evidence/read-json.ts'
import type { Finding, FindingArgs } from '../findings/finding.ts'
import { issuersOf, serverDocument } from '../probes/server-documents.ts'

/** Where the endpoints of the sign-in server are, as far as that was seen. */
export interface SeenEndpoints {
  readonly authorization?: string | undefined
  readonly token?: string | undefined
  readonly registration?: string | undefined
}

/** What the document that clients read says of them, whatever issuer it names; where registration was found elsewhere, it is there. */
export function seenEndpoints(evidence: Evidence, findings: readonly Finding[]): SeenEndpoints {
  const { document } = serverDocument(evidence, issuersOf(evidence).issuers[0]) ?? {}
  const elsewhere = findings.find(({ code }) => code === 'registration_elsewhere')
  const found = elsewhere?.args as FindingArgs['registration_elsewhere'] | undefined // the code says so
  return {
    authorization: stringIn(document?.authorization_endpoint),
    token: stringIn(document?.token_endpoint),
    registration: found?.found ?? stringIn(document?.registration_endpoint),
  }
}
