import { sameIdentifier } from '@portcullis/auth/protocol'
import { ofNoClient } from '../probes/voices.ts'
import type { Finding, FindingArgs, FindingCode, Severity } from './finding.ts'

export function severityOf(finding: Finding): Severity {
  const severity = severities[finding.code]
  // The code of a finding says which arguments it has, which the compiler cannot follow through the table.
  return typeof severity === 'function' ? (severity as (args: unknown) => Severity)(finding.args) : severity
}

const severities: { readonly [Code in FindingCode]: Severity | ((args: FindingArgs[Code]) => Severity) } = {
  unreachable: 'breaks',
  certificate_untrusted: 'breaks',
  // Who types an address of this machine knows that others do not reach it.
  not_public: ({ isTyped }) => (isTyped ? 'notes' : 'breaks'),
  ipv4_missing: 'breaks',
  plain_http: ({ network }) => (network === 'public' ? 'breaks' : 'warns'),
  // Rules against scripts and browsers harm no client.
  user_agent_blocked: ({ userAgents }) =>
    userAgents.every((userAgent) => ofNoClient.includes(userAgent)) ? 'notes' : 'breaks',
  blocked_at_the_edge: 'breaks',
  redirected: ({ what, url, status, location }) =>
    what === 'mcp_url' && (status < 307 || new URL(url).origin !== new URL(location).origin) ? 'breaks' : 'warns',
  encoding_wrong: 'breaks',
  unusual_port: 'warns',
  slow: 'warns',
  rate_limited: 'notes',

  everybody_let_in: 'breaks',
  open_server: 'notes',
  mcp_url_not_found: 'breaks',
  old_transport: 'breaks',
  server_fails: 'breaks',
  website: 'breaks',
  no_mcp_reply: 'breaks',
  scope_asked_before_sign_in: 'breaks',
  error_with_status_200: 'breaks',
  login_page_instead_of_challenge: 'breaks',
  wrong_challenge_status: 'breaks',
  challenge_missing: 'breaks',
  challenge_renamed: 'breaks',
  challenge_not_bearer: 'breaks',
  challenge_malformed: 'breaks',
  challenge_behind_another: 'warns',
  challenge_without_pointer: 'warns',
  pointer_not_absolute: 'breaks',
  pointer_to_other_origin: ({ found }) => (found === 200 ? 'warns' : 'breaks'),
  pointer_leads_nowhere: 'breaks',
  error_code_without_token: 'notes',
  bad_token_let_in: 'breaks',
  bad_token_not_named: 'warns',
  scope_asks_offline_access: 'notes',
  // Servers of older revisions do not know the first request of the newest, and clients fall back.
  checked_before_authentication: ({ what, request }) =>
    what === 'protocol_version' || request === 'initialize' ? 'breaks' : 'warns',
  head_not_challenged: 'notes',
  delete_not_challenged: 'warns',
  challenge_scopes_many: 'notes',
  get_not_challenged: ({ status }) => (status >= 200 && status < 300 ? 'warns' : 'notes'),
  preflight_refused: 'notes',
  headers_hidden_from_browsers: 'notes',

  resource_metadata_missing: 'breaks',
  resource_metadata_guarded: 'breaks',
  resource_metadata_not_json: 'breaks',
  resource_metadata_at_root_only: 'notes',
  resource_metadata_at_path_only: 'notes',
  resource_missing: 'breaks',
  resource_mismatch: 'breaks',
  resource_documents_differ: 'warns',
  authorization_servers_missing: 'breaks',
  authorization_server_not_url: 'breaks',
  resource_scopes_many: 'notes',
  resource_scopes_offline_access: 'notes',
  resource_scopes_unknown: 'notes',
  bearer_header_not_listed: 'warns',
  metadata_type_wrong: 'warns',
  metadata_head_differs: 'notes',
  host_derived_document_cached: 'warns',
  resource_metadata_follows_host_header: 'warns',

  authorization_server_unreachable: 'breaks',
  authorization_server_metadata_missing: 'breaks',
  authorization_server_metadata_guarded: 'breaks',
  authorization_server_metadata_not_json: 'breaks',
  authorization_server_metadata_elsewhere: 'breaks',
  // The slash of an origin is overlooked by some, and not by all.
  issuer_mismatch: ({ issuer, expected }) => (sameIdentifier(issuer, expected) ? 'warns' : 'breaks'),
  metadata_field_missing: 'breaks',
  metadata_field_malformed: 'breaks',
  endpoint_not_https: 'breaks',
  endpoint_not_found: 'breaks',
  registration_guarded: 'breaks',
  registration_elsewhere: 'breaks',
  authorization_endpoint_fails: 'warns',
  response_type_code_missing: 'breaks',
  // Several keys without a name are slow to find the right one of, and no more.
  key_set_flawed: ({ fault }) => (fault === 'no_kid' ? 'notes' : 'warns'),
  s256_missing: 'breaks',
  plain_listed: 'notes',
  public_clients_not_listed: 'warns',
  no_way_to_register: 'breaks',
  client_documents_without_none: ({ registrationEndpoint }) =>
    registrationEndpoint === undefined ? 'breaks' : 'warns',
  refresh_not_listed: 'warns',
  metadata_documents_differ: 'warns',
  key_set_unreachable: 'warns',
  // A server that reads only JSON understands no client's token request.
  token_endpoint_answers_wrong: ({ status }) => (status === 415 ? 'breaks' : 'warns'),
  no_aliases_at_root: 'notes',
  identity_provider: 'notes',
  stop_unexplained: 'breaks',
}
