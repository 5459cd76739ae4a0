import type { FindingCode } from './finding.ts'

/** What a finding is measured by. */
export interface Requirement {
  /** Ids of the MCP authorization requirements, as `docs/conformance.md` numbers them. */
  readonly ids: readonly string[]
  /** Where it is said. */
  readonly sections: readonly string[]
}

export function requirementOf(code: FindingCode): Requirement {
  const [ids, sections] = requirements[code]
  return { ids: words(ids), sections: sections === '' ? [] : sections.split('; ') }
}

function words(text: string): readonly string[] {
  return text === '' ? [] : text.split(' ')
}

const requirements: { readonly [Code in FindingCode]: readonly [ids: string, sections: string] } = {
  unreachable: ['', ''],
  certificate_untrusted: ['AS-07', 'RFC 9110 §4.3.4; RFC 9525 §6'],
  not_public: ['', 'RFC 6890'],
  ipv4_missing: ['', ''],
  plain_http: ['AS-07', 'RFC 6750 §5.3; RFC 9728 §1.2'],
  user_agent_blocked: ['', ''],
  blocked_at_the_edge: ['', ''],
  redirected: ['', 'RFC 9110 §15.4'],
  encoding_wrong: ['', 'RFC 9110 §8.4'],
  unusual_port: ['', ''],
  slow: ['', ''],
  rate_limited: ['', 'RFC 6585 §4'],

  everybody_let_in: ['RS-02 RS-11', 'MCP authorization, Error Handling'],
  open_server: ['RS-01', 'MCP authorization, Protocol Requirements'],
  mcp_url_not_found: ['', 'RFC 9110 §15.5.5'],
  old_transport: ['', 'MCP transports, Backwards Compatibility'],
  server_fails: ['', 'RFC 9110 §15.6'],
  website: ['', 'MCP transports, Streamable HTTP'],
  no_mcp_reply: ['', 'MCP transports, Sending Messages to the Server'],
  scope_asked_before_sign_in: ['RS-02', 'MCP authorization, Error Handling; RFC 6750 §3.1'],
  error_with_status_200: ['RS-02', 'MCP authorization, Error Handling; RFC 9110 §15.5.2'],
  login_page_instead_of_challenge: ['RS-02', 'MCP authorization, Error Handling; RFC 9110 §15.5.2'],
  wrong_challenge_status: ['RS-02', 'MCP authorization, Error Handling; RFC 9110 §15.5.2'],
  challenge_missing: ['RS-05', 'RFC 9110 §11.6.1; RFC 6750 §3'],
  challenge_renamed: ['RS-05', 'RFC 9110 §11.6.1'],
  challenge_not_bearer: ['RS-05', 'RFC 6750 §3'],
  challenge_malformed: ['RS-05', 'RFC 9110 §11.6.1; RFC 6750 §3'],
  challenge_behind_another: ['RS-05', 'RFC 9110 §11.6.1'],
  challenge_without_pointer: ['RS-05 RS-06', 'RFC 9728 §5.1'],
  pointer_not_absolute: ['RS-05', 'RFC 9728 §5.1'],
  pointer_to_other_origin: ['RS-06', 'RFC 9728 §3.1; RFC 9728 §7.3'],
  pointer_leads_nowhere: ['RS-03 RS-06', 'RFC 9728 §5.1'],
  error_code_without_token: ['RS-35', 'RFC 6750 §3.1'],
  bad_token_let_in: ['RS-11', 'MCP authorization, Token Handling'],
  bad_token_not_named: ['RS-15', 'RFC 6750 §3.1'],
  scope_asks_offline_access: ['RS-10', 'MCP authorization, Refresh Tokens'],
  checked_before_authentication: ['RS-02 RS-11', 'MCP authorization, Token Handling'],
  delete_not_challenged: ['RS-02 RS-21', 'MCP authorization, Access Token Usage'],
  challenge_scopes_many: ['RS-09', 'MCP authorization, Scope Selection'],
  head_not_challenged: ['RS-02', 'RFC 9110 §9.3.2'],
  get_not_challenged: ['RS-02 RS-21', 'MCP authorization, Access Token Usage'],
  preflight_refused: ['', 'Fetch standard, CORS protocol'],
  headers_hidden_from_browsers: ['', 'Fetch standard, CORS protocol'],

  resource_metadata_missing: ['RS-03 RS-06', 'RFC 9728 §3'],
  resource_metadata_guarded: ['RS-03', 'RFC 9728 §3.1'],
  resource_metadata_not_json: ['RS-03', 'RFC 9728 §3.2'],
  resource_metadata_at_root_only: ['RS-06', 'RFC 9728 §3.1'],
  resource_metadata_at_path_only: ['RS-06', 'RFC 9728 §3.1'],
  resource_missing: ['RS-03', 'RFC 9728 §2'],
  resource_mismatch: ['C-14 RS-31', 'RFC 9728 §3.3'],
  resource_documents_differ: ['RS-06', 'RFC 9728 §3.3'],
  authorization_servers_missing: ['RS-04', 'MCP authorization, Authorization Server Location'],
  authorization_server_not_url: ['RS-04', 'RFC 9728 §2; RFC 8414 §2'],
  resource_scopes_many: ['RS-09', 'MCP authorization, Scope Selection'],
  resource_scopes_offline_access: ['RS-10', 'MCP authorization, Refresh Tokens'],
  resource_scopes_unknown: ['RS-09', 'RFC 9728 §2; RFC 8414 §2'],
  bearer_header_not_listed: ['RS-21', 'RFC 9728 §2; MCP authorization, Access Token Usage'],
  metadata_type_wrong: ['RS-03 AS-02', 'RFC 9728 §3.2; RFC 8414 §3.2'],
  metadata_head_differs: ['RS-03', 'RFC 9110 §9.3.2'],
  host_derived_document_cached: ['', 'RFC 9111 §4; RFC 9728 §7.3'],
  resource_metadata_follows_host_header: ['', 'RFC 9728 §7.3'],

  authorization_server_unreachable: ['AS-02', 'RFC 8414 §3'],
  authorization_server_metadata_missing: ['AS-02 AS-03', 'RFC 8414 §3.1; OpenID Connect Discovery 1.0 §4'],
  authorization_server_metadata_guarded: ['AS-02', 'RFC 8414 §3.1'],
  authorization_server_metadata_not_json: ['AS-02', 'RFC 8414 §3.2'],
  authorization_server_metadata_elsewhere: ['AS-03', 'RFC 8414 §3.1'],
  issuer_mismatch: ['AS-05', 'RFC 8414 §3.3'],
  metadata_field_missing: ['AS-02', 'RFC 8414 §2'],
  metadata_field_malformed: ['AS-02', 'RFC 8414 §2'],
  endpoint_not_https: ['AS-07', 'MCP authorization, Communication Security'],
  endpoint_not_found: ['AS-02', 'RFC 8414 §2'],
  registration_guarded: ['AS-28', 'MCP authorization, Client Registration; RFC 7591 §3'],
  registration_elsewhere: ['AS-10 AS-28', 'RFC 8414 §2; RFC 7591 §3'],
  authorization_endpoint_fails: ['AS-01', 'RFC 6749 §4.1.2.1'],
  response_type_code_missing: ['AS-02', 'RFC 8414 §2; RFC 6749 §3.1.1'],
  key_set_flawed: ['AS-02', 'RFC 7517 §4.5; RFC 8725 §3.1'],
  s256_missing: ['AS-06', 'MCP authorization, Authorization Code Protection; RFC 8414 §2'],
  plain_listed: ['AS-06', 'RFC 7636 §7.2'],
  public_clients_not_listed: ['AS-02', 'RFC 8414 §2'],
  no_way_to_register: ['AS-28 AS-11', 'MCP authorization, Client Registration'],
  client_documents_without_none: ['AS-11 AS-24', 'OAuth Client ID Metadata Document §4.1'],
  refresh_not_listed: ['AS-39', 'RFC 8414 §2'],
  metadata_documents_differ: ['AS-02', 'RFC 8414 §5'],
  key_set_unreachable: ['AS-02', 'RFC 8414 §2; RFC 7517 §5'],
  token_endpoint_answers_wrong: ['AS-41', 'RFC 6749 §5.2'],
  no_aliases_at_root: ['AS-08', 'MCP authorization 2025-03-26, Fallbacks'],
  identity_provider: ['AS-28', ''],
  stop_unexplained: ['', ''],
}
