import type { Said } from './tools.ts'

/**
 * What counts as having named a cause, over the codes and the texts of all tools: whoever says any of it has found it, whatever else it says beside,
 * and at whatever severity. Our own codes are not asked for; a tool's nearest code is taken.
 */
const names: Readonly<Record<string, RegExp>> = {
  everybody_let_in: /AUTH_REQUIRED_BUT_NOT_ADVERTISED|Expected 401/i,
  error_with_status_200: /Expected 401|MCP_INITIALIZE_FAILED/i,
  wrong_challenge_status: /Expected 401|MCP_INITIALIZE_FAILED|AUTH_REQUIRED_BUT_NOT_ADVERTISED/i,
  login_page_instead_of_challenge: /Expected 401|MCP_INITIALIZE_FAILED|redirected to/i,
  redirected: /METADATA_REDIRECT|redirected|HTTP 30[12]/i,
  checked_before_authentication: /protocol.?version|VERSION_MISMATCH/i,
  old_transport: /SSE|legacy transport|2024-11-05|MCP_INITIALIZE_FAILED/i,
  server_fails: /HTTP 50\d|status 50\d|MCP_INITIALIZE_FAILED/i,
  website: /text\/html|MCP_INITIALIZE_FAILED/i,
  no_mcp_reply: /HTTP 202|status 202|MCP_INITIALIZE_FAILED/i,
  scope_asked_before_sign_in: /insufficient_scope|Expected 401/i,
  mcp_url_not_found: /HTTP 404|status 404|MCP_INITIALIZE_FAILED/i,
  challenge_missing: /DISCOVERY_NO_WWW_AUTHENTICATE|HEADER_STRIPPED|missing WWW-Authenticate|no WWW-Authenticate/i,
  challenge_not_bearer: /not (?:a )?Bearer|AUTH_REQUIRED_BUT_NOT_ADVERTISED|DISCOVERY_NO_WWW_AUTHENTICATE/i,
  challenge_without_pointer: /resource_metadata|DISCOVERY_NO_WWW_AUTHENTICATE/i,
  pointer_not_absolute: /Invalid URL|RFC3986_(?:ABSOLUTE|INVALID)/i,
  pointer_leads_nowhere: /resource_metadata.*404|internal\/metadata|PRM_HTTP_STATUS_NOT_200/i,
  bad_token_let_in: /invalid token|bogus|passthrough|MCP-PASSTHROUGH/i,
  user_agent_blocked: /user.?agent/i,
  resource_metadata_missing:
    /PRM_(?:HTTP_STATUS_NOT_200|WELLKNOWN)|MCP-PRM-001|OAUTH_DISCOVERY_UNAVAILABLE|does not implement OAuth 2.0 Protected Resource Metadata/i,
  resource_metadata_guarded: /PRM_HTTP_STATUS_NOT_200|METADATA_REDIRECT|MCP-PRM-001|HTTP 401 trying to load/i,
  resource_metadata_not_json: /PRM_(?:CONTENT_TYPE_NOT_JSON|NOT_JSON)|MCP-PRM-001|not (?:valid )?JSON/i,
  resource_mismatch: /PRM_RESOURCE_(?:MISMATCH|TRAILING)|resource.*(?:mismatch|does not match)/i,
  resource_missing: /PRM_RESOURCE_MISSING|MCP-PRM-001|missing.*\bresource\b/i,
  authorization_servers_missing: /PRM_MISSING_AUTHORIZATION_SERVERS|MCP-PRM-001|authorization_servers/i,
  authorization_server_not_url: /Invalid URL|RFC3986_(?:ABSOLUTE|INVALID)/i,
  authorization_server_unreachable:
    /AUTH_SERVER_METADATA_UNREACHABLE|fetch failed|ECONNREFUSED|MCP-AS-001|unreachable/i,
  authorization_server_metadata_missing: /AUTH_SERVER_(?:METADATA|ROOT)|MCP-AS-001|authorization server metadata/i,
  authorization_server_metadata_not_json: /AUTH_SERVER_METADATA|MCP-AS-001|not (?:valid )?JSON/i,
  token_endpoint_answers_wrong: /token endpoint|TOKEN_ENDPOINT|\b415\b/i,
  issuer_mismatch: /ISSUER_MISMATCH|issuer.*(?:mismatch|match)/i,
  metadata_field_missing: /AUTH_SERVER_METADATA_INVALID|missing.*(?:endpoint|issuer)|MCP-AS-001/i,
  response_type_code_missing: /response_types?_supported|AUTH_SERVER_METADATA_INVALID/i,
  encoding_wrong: /content-encoding|decompress|brotli|incorrect header check/i,
  s256_missing: /PKCE_S256|MCP-PKCE-001|S256/i,
  no_way_to_register: /registration/i,
  registration_elsewhere: /registration/i,
  registration_guarded: /registration/i,
}

export function hasNamed(cause: string, said: readonly Said[]): boolean {
  const pattern = names[cause]
  return pattern !== undefined && said.some(({ code, text }) => pattern.test(`${code} ${text}`))
}

/** Where a person would have had to sign in, or a token would have been issued: no verdict. */
const beyondPassive = ['authorization_request', 'received_authorization_code', 'token_request']

/** What is true of the sign-in server that stands in for somebody's own, which says yes to all. */
const trueOfStandIn = [
  'MCP-PKCE-002',
  'JWKS_INVALID',
  'DCR_DANGEROUS_URI_ACCEPTED',
  'DCR_EMPTY_REDIRECT_URIS_ACCEPTED',
  'DCR_HTTP_REDIRECT_ACCEPTED',
]

/** What is true of the demonstration provider of the official SDK, and our doctor does not call an error. */
const trueOfDemonstration = ['oauth_invalid_token', 'oauth_dcr_http_redirect_uri']

/** Whether a tool reports an error of a server that is well. Less than an error is no alarm. */
export function isAlarm({ code, severity }: Said): boolean {
  if ([...beyondPassive, ...trueOfStandIn, ...trueOfDemonstration].includes(code)) return false
  return /^(?:error|critical|high)$/.test(severity)
}
