import { originOf } from '@portcullis/auth/protocol'
import type { Evidence } from '../evidence/evidence.ts'
import type { Finding, FindingArgs, FindingCode } from '../findings/finding.ts'
import { isWebUrl } from '../probes/resource-documents.ts'
import { issuersOf } from '../probes/server-documents.ts'

/** The server that a fix belongs to: the MCP server, or the sign-in server, which may be somebody else's. A URL of it. */
export function homeOf({ code, args }: Finding, evidence: Evidence): string {
  const issuer = issuersOf(evidence).issuers[0]
  // The code of a finding says which arguments it has, which the compiler cannot follow through the table.
  const of = homes[code] as ((args: unknown, issuer: string) => string) | undefined
  const home = of?.(args, issuer) ?? evidence.target
  return isWebUrl(home) ? home : evidence.target
}

export function isElsewhere(home: string, { target }: Evidence): boolean {
  return originOf(home) !== originOf(target)
}

const homes: { readonly [Code in FindingCode]?: (args: FindingArgs[Code], issuer: string) => string } = {
  authorization_server_unreachable: ({ issuer }) => issuer,
  authorization_server_metadata_missing: ({ issuer }) => issuer,
  authorization_server_metadata_guarded: ({ url }) => url,
  authorization_server_metadata_not_json: ({ url }) => url,
  authorization_server_metadata_elsewhere: ({ issuer }) => issuer,
  issuer_mismatch: ({ url }) => url,
  metadata_field_missing: ({ url }) => url,
  metadata_field_malformed: ({ url }) => url,
  response_type_code_missing: ({ url }) => url,
  endpoint_not_https: (_args, issuer) => issuer,
  endpoint_not_found: (_args, issuer) => issuer,
  registration_guarded: ({ url }) => url,
  registration_elsewhere: (_args, issuer) => issuer,
  s256_missing: ({ url }) => url,
  public_clients_not_listed: ({ url }) => url,
  no_way_to_register: ({ issuer }) => issuer,
  client_documents_without_none: (_args, issuer) => issuer,
  refresh_not_listed: (_args, issuer) => issuer,
  metadata_documents_differ: ({ urls }) => urls[0],
  key_set_unreachable: ({ url }) => url,
  token_endpoint_answers_wrong: ({ url }) => url,
}
