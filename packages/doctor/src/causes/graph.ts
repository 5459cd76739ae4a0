import type { Step } from '@portcullis/clients'
import type { FindingCode } from '../findings/finding.ts'

/** What each finding explains when both were seen, directly: who mends the one mends the other. No finding explains itself, over whatever way. */
export const explains: { readonly [Code in FindingCode]: readonly FindingCode[] } = {
  not_public: ['unreachable'],
  ipv4_missing: ['unreachable'],
  unreachable: [],
  certificate_untrusted: [],
  plain_http: ['redirected', 'resource_mismatch', 'pointer_to_other_origin', 'endpoint_not_https'],
  user_agent_blocked: ['blocked_at_the_edge', ...whatAnEdgeSwallows()],
  blocked_at_the_edge: whatAnEdgeSwallows(),
  redirected: [
    'wrong_challenge_status',
    'checked_before_authentication',
    'resource_mismatch',
    'pointer_to_other_origin',
    ...withoutResourceMetadata(),
    'resource_metadata_missing',
    'resource_metadata_not_json',
  ],
  encoding_wrong: ['unreachable', 'resource_metadata_missing', 'key_set_unreachable', ...withoutResourceMetadata()],
  unusual_port: [],
  slow: [],
  rate_limited: [],

  login_page_instead_of_challenge: ['redirected', ...whatAnEdgeSwallows()],
  wrong_challenge_status: ['resource_metadata_guarded', 'resource_metadata_not_json', ...challengeAside()],
  mcp_url_not_found: [
    'resource_mismatch',
    'resource_documents_differ',
    'resource_metadata_missing',
    'resource_metadata_not_json',
    'resource_metadata_guarded',
  ],
  old_transport: [],
  server_fails: whatAnEdgeSwallows(),
  website: whatAnEdgeSwallows(),
  no_mcp_reply: whatAnEdgeSwallows(),
  scope_asked_before_sign_in: [...challengeAside()],
  everybody_let_in: [...challengeAside()],
  error_with_status_200: [...challengeAside()],
  open_server: [],
  checked_before_authentication: ['get_not_challenged', 'head_not_challenged'],
  challenge_missing: ['bad_token_not_named', 'headers_hidden_from_browsers'],
  challenge_renamed: ['bad_token_not_named', 'headers_hidden_from_browsers'],
  // Who asks for something else than a bearer token has no OAuth yet.
  challenge_not_bearer: [
    'bad_token_not_named',
    'resource_metadata_missing',
    'resource_metadata_guarded',
    'resource_metadata_not_json',
  ],
  challenge_malformed: ['bad_token_not_named'],
  challenge_behind_another: [],
  challenge_without_pointer: [],
  pointer_not_absolute: ['resource_metadata_missing'],
  pointer_to_other_origin: [
    'pointer_leads_nowhere',
    'resource_mismatch',
    'resource_documents_differ',
    'resource_metadata_guarded',
    'resource_metadata_not_json',
  ],
  pointer_leads_nowhere: [],
  error_code_without_token: [],
  bad_token_let_in: [],
  bad_token_not_named: [],
  scope_asks_offline_access: [],
  head_not_challenged: [],
  delete_not_challenged: [],
  challenge_scopes_many: [],
  get_not_challenged: [],
  preflight_refused: [],
  headers_hidden_from_browsers: [],

  resource_metadata_missing: ['pointer_leads_nowhere', ...withoutResourceMetadata()],
  resource_metadata_guarded: ['pointer_leads_nowhere', 'registration_guarded', ...withoutResourceMetadata()],
  resource_metadata_not_json: ['pointer_leads_nowhere', ...withoutResourceMetadata()],
  resource_metadata_at_root_only: [],
  resource_metadata_at_path_only: [],
  resource_missing: ['resource_documents_differ'],
  resource_mismatch: ['resource_documents_differ'],
  resource_documents_differ: [],
  authorization_servers_missing: withoutIssuer(),
  authorization_server_not_url: withoutIssuer(),
  resource_scopes_many: [],
  resource_scopes_offline_access: [],
  resource_scopes_unknown: [],
  bearer_header_not_listed: [],
  metadata_type_wrong: [],
  metadata_head_differs: [],
  host_derived_document_cached: [],
  resource_metadata_follows_host_header: [],

  authorization_server_unreachable: ['registration_elsewhere'],
  authorization_server_metadata_missing: ['registration_elsewhere'],
  authorization_server_metadata_guarded: ['registration_guarded', 'registration_elsewhere'],
  authorization_server_metadata_not_json: ['registration_elsewhere'],
  authorization_server_metadata_elsewhere: ['registration_elsewhere'],
  issuer_mismatch: [],
  metadata_documents_differ: [],
  metadata_field_missing: ['s256_missing', 'registration_elsewhere', 'no_way_to_register', 'public_clients_not_listed'],
  metadata_field_malformed: ['s256_missing', 'registration_elsewhere', 'no_way_to_register'],
  endpoint_not_https: [],
  registration_guarded: ['registration_elsewhere'],
  endpoint_not_found: ['registration_elsewhere', 'token_endpoint_answers_wrong'],
  registration_elsewhere: ['no_way_to_register'],
  no_way_to_register: [],
  authorization_endpoint_fails: [],
  response_type_code_missing: [],
  key_set_flawed: [],
  s256_missing: [],
  plain_listed: [],
  public_clients_not_listed: [],
  client_documents_without_none: [],
  refresh_not_listed: [],
  key_set_unreachable: [],
  token_endpoint_answers_wrong: [],
  no_aliases_at_root: [],
  identity_provider: [],
  stop_unexplained: [],
}

/** Codes in the order of a connection: of two roots the earlier one comes first. */
export const inOrder: readonly FindingCode[] = Object.keys(explains) as FindingCode[] // its keys are all the codes, says its type

/** Whether a client that has come to `step` has met what a code speaks of. */
export function isMetBy(step: Step, code: FindingCode): boolean {
  const next = firstBehind[step]
  return next === undefined || inOrder.indexOf(code) < inOrder.indexOf(next)
}

/** The first code of what a client meets only behind each step. */
const firstBehind: { readonly [step in Step]: FindingCode | undefined } = {
  reach: 'login_page_instead_of_challenge',
  challenge: 'resource_metadata_missing',
  protected_resource_metadata: 'authorization_server_unreachable',
  resource_comparison: 'authorization_server_unreachable',
  authorization_server_metadata: 'endpoint_not_https',
  registration: 's256_missing',
  authorization_request: undefined,
}

/** What comes of it when somebody else answers in the place of the server. */
function whatAnEdgeSwallows(): readonly FindingCode[] {
  return [
    'wrong_challenge_status',
    'mcp_url_not_found',
    'resource_metadata_missing',
    'resource_metadata_guarded',
    'resource_metadata_not_json',
    'registration_guarded',
    ...withoutResourceMetadata(),
    ...challengeAside(),
  ]
}

/** What is seen beside a first answer that is wrong. */
function challengeAside(): readonly FindingCode[] {
  return ['get_not_challenged', 'head_not_challenged', 'bad_token_not_named', 'bad_token_let_in', 'preflight_refused']
}

/** Without that document a challenge has nothing to point at, and nobody knows the issuer. */
function withoutResourceMetadata(): readonly FindingCode[] {
  return ['challenge_missing', 'challenge_without_pointer', ...withoutIssuer()]
}

/** Where no issuer is named, the doctor looks where clients guess, and so looks in vain. */
function withoutIssuer(): readonly FindingCode[] {
  return [
    'authorization_server_unreachable',
    'authorization_server_metadata_missing',
    'authorization_server_metadata_guarded',
    'authorization_server_metadata_not_json',
    'authorization_server_metadata_elsewhere',
    'issuer_mismatch',
    'registration_elsewhere',
    'no_way_to_register',
  ]
}
