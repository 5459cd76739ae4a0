import type { Step } from '@portcullis/clients'
import type { Exchange, FailureReason } from '../evidence/exchange.ts'
import type { Leg } from '../probes/voices.ts'
import type { StopReason } from '../simulation/walk.ts'

/**
 * What the doctor saw, one fact each: a code, what it is about, and where it stands in the evidence. Sentences are made of it elsewhere
 * (`finding-texts.ts`), what it means for clients too (`severity.ts`, `causes/`).
 */
export interface Finding<Code extends FindingCode = FindingCode> {
  readonly code: Code
  readonly args: FindingArgs[Code]
  /** Ids of exchanges, the most telling first. */
  readonly evidence: readonly number[]
}

export type FindingCode = keyof FindingArgs

/** One place that was looked at, and what stood there. */
export interface Looked {
  readonly url: string
  /** The status; the reason where there was no answer. */
  readonly found: number | FailureReason
}

/** How two URLs that should be the same differ. */
export type Difference =
  | 'scheme'
  | 'host'
  | 'port'
  | 'origin_only'
  | 'trailing_slash'
  | 'letter_case'
  | 'path'
  | 'other'

/** What is wrong with a key that everybody reads. */
export type KeyFault = 'same_kid' | 'no_kid' | 'no_algorithm' | 'secret' | 'private'

/** What each code says beside itself. A new code here demands its sentence, its severity, its requirement and its place among causes. */
export interface FindingArgs {
  // N. Network and edge
  unreachable: { url: string; reason: FailureReason; detail: string }
  certificate_untrusted: { detail: string }
  /** `isTyped`: the address, or the name of this machine, stands in the URL itself. */
  not_public: { address: string; isTyped: boolean }
  ipv4_missing: { addresses: readonly string[] }
  plain_http: { url: string; network: 'public' | 'private' }
  user_agent_blocked: {
    /** An empty one is none. */
    userAgents: readonly string[]
    /** Where. */
    urls: readonly string[]
    legs: readonly Leg[]
    /** At the first of them. */
    found: number | FailureReason
    otherwise: number
    product: string | undefined
  }
  blocked_at_the_edge: { product: string; status: number }
  redirected: { what: 'mcp_url' | 'metadata'; url: string; status: number; location: string }
  encoding_wrong: { url: string }
  unusual_port: { port: number }
  /** `again`: what the quickest later answer there took. */
  slow: { url: string; milliseconds: number; again?: number }
  /** The server answers no more questions for now: other findings may be missing. */
  rate_limited: { url: string }

  // C. Challenge
  everybody_let_in: { status: number }
  open_server: { status: number }
  /** `other`: the URL that the metadata of this host names. */
  mcp_url_not_found: { url: string; status: number; other: string | undefined }
  /** `isChallenged`: it asks for a token, so that the stream itself was not seen. */
  old_transport: { url: string; status: number; isChallenged: boolean }
  /** `gateway`: what stands in front and says so. */
  server_fails: { status: number; gateway: string | undefined }
  /** `method`: to which the page was shown. */
  website: { status: number; method: 'POST' | 'GET'; begins: string }
  no_mcp_reply: { status: number; contentType: string | undefined; begins: string }
  scope_asked_before_sign_in: { scope: string | undefined }
  error_with_status_200: { code: number; message: string }
  login_page_instead_of_challenge: { status: number; location: string | undefined }
  wrong_challenge_status: { status: number; contentType: string | undefined; begins: string }
  challenge_missing: { status: number }
  challenge_renamed: { header: string; value: string }
  /** `says`: the words of an answer without the header. `isEverywhere`: the places of metadata are behind the same. */
  challenge_not_bearer: { value: string; says: string | undefined; isEverywhere: boolean }
  challenge_malformed: { value: string }
  challenge_behind_another: { value: string; scheme: string }
  challenge_without_pointer: { value: string }
  pointer_not_absolute: { value: string }
  pointer_to_other_origin: { pointer: string; expected: string; found: number | FailureReason }
  pointer_leads_nowhere: { pointer: string; found: number | FailureReason }
  error_code_without_token: { error: string }
  bad_token_let_in: { status: number }
  bad_token_not_named: { status: number; value: string | undefined }
  scope_asks_offline_access: { scope: string }
  checked_before_authentication: { what: 'protocol_version' | 'method' | 'body'; request: string; status: number }
  head_not_challenged: { status: number }
  delete_not_challenged: { status: number }
  challenge_scopes_many: { count: number }
  get_not_challenged: { status: number }
  preflight_refused: { url: string; status: number }
  headers_hidden_from_browsers: { url: string; missing: readonly string[] }

  // P. Protected resource metadata
  resource_metadata_missing: { looked: readonly Looked[] }
  resource_metadata_guarded: { url: string; status: number }
  resource_metadata_not_json: { url: string; contentType: string | undefined; begins: string }
  resource_metadata_at_root_only: { root: string; path: string }
  resource_metadata_at_path_only: { root: string; path: string }
  resource_missing: { url: string }
  resource_mismatch: { resource: string; typed: string; difference: Difference; url: string }
  resource_documents_differ: { urls: readonly [string, string]; field: string; values: readonly [string, string] }
  authorization_servers_missing: { url: string }
  authorization_server_not_url: { value: string; url: string; count: number }
  resource_scopes_many: { count: number }
  resource_scopes_offline_access: { url: string }
  resource_scopes_unknown: { scopes: readonly string[] }
  bearer_header_not_listed: { methods: readonly string[] }
  metadata_type_wrong: { url: string; contentType: string | undefined }
  metadata_head_differs: { url: string; get: number; head: number }
  host_derived_document_cached: { url: string; cacheControl: string }
  resource_metadata_follows_host_header: { url: string; sent: string; field: string; value: string }

  // A. Authorization server metadata
  authorization_server_unreachable: { issuer: string; reason: FailureReason; detail: string }
  authorization_server_metadata_missing: { issuer: string; looked: readonly Looked[] }
  authorization_server_metadata_guarded: { url: string; status: number }
  authorization_server_metadata_not_json: { url: string; contentType: string | undefined; begins: string }
  authorization_server_metadata_elsewhere: { issuer: string; found: string; expected: string }
  issuer_mismatch: { issuer: string; expected: string; url: string }
  metadata_field_missing: { field: string; url: string }
  metadata_field_malformed: { field: string; value: string; url: string }
  endpoint_not_https: { field: string; value: string }
  endpoint_not_found: { field: string; url: string; status: number }
  registration_guarded: { url: string; status: number }
  registration_elsewhere: { found: string; advertised: string | undefined }
  authorization_endpoint_fails: { url: string; status: number }
  response_type_code_missing: { listed: readonly string[]; url: string }
  key_set_flawed: { url: string; fault: KeyFault; kid: string | undefined }
  s256_missing: { listed: readonly string[] | undefined; url: string }
  plain_listed: { url: string }
  public_clients_not_listed: { methods: readonly string[] | undefined; url: string }
  no_way_to_register: { issuer: string }
  client_documents_without_none: { methods: readonly string[] | undefined; registrationEndpoint: string | undefined }
  refresh_not_listed: { grantTypes: readonly string[] | undefined }
  metadata_documents_differ: { urls: readonly [string, string]; field: string; values: readonly [string, string] }
  key_set_unreachable: { url: string; found: number | FailureReason }
  token_endpoint_answers_wrong: { url: string; status: number; contentType: string | undefined }
  no_aliases_at_root: { missing: readonly string[] }
  identity_provider: { name: string; issuer: string; traps: readonly string[] }

  /** Clients stop, and nothing of the above says why: the doctor's own gap, told as one. */
  stop_unexplained: { step: Step; because: StopReason }
}

/** `breaks`: clients stop here. `warns`: they go on, and somebody is hurt. `notes`: worth knowing. */
export type Severity = 'breaks' | 'warns' | 'notes'

export function finding<Code extends FindingCode>(
  code: Code,
  args: FindingArgs[Code],
  ...evidence: readonly (Exchange | undefined)[]
): Finding<Code> {
  return { code, args, evidence: evidence.flatMap((exchange) => (exchange === undefined ? [] : [exchange.id])) }
}
