/**
 * What is known of one MCP client. Every value says where it comes from; what is not known is absent, never guessed.
 * Mirrors `schema.json`, which is for readers in other languages.
 */
export interface ClientProfile {
  /** Lower case words with dashes; the name of the file. */
  id: string
  /** As its makers write it. */
  name: string
  vendor: string
  /** Where it runs: on the person's machine, in its maker's data centre, or in a browser page. */
  runs: Fact<'locally' | 'hosted' | 'in_browser'>
  /** The state machine that plays it; several clients are built on one library. `specification`: nobody has observed it, so it is played by the text. */
  family: Fact<Family>
  /** The version that the values speak of. */
  version?: Fact<string>
  network?: Network
  challenge?: ChallengeHandling
  protectedResource?: ProtectedResourceHandling
  authorizationServer?: AuthorizationServerHandling
  registration?: RegistrationHandling
  authorization?: AuthorizationHandling
  /** What it says when it stops, by step, in its own words. */
  words?: { readonly [step in Step]?: Fact<string> }
  /** What people should know beside all this: each a sentence. */
  notes?: readonly Fact<string>[]
}

/** A value, and where it comes from. */
export interface Fact<Value> {
  value: Value
  sources: readonly Source[]
  /** H: read in source, in the vendor's documents, or said by its staff. M: captured by third parties, or several reports agree. L: one report, or inference. */
  confidence: 'H' | 'M' | 'L'
}

export interface Source {
  /** A URL, `recording:CLIENT-VERSION-SCENE`, or `source:PACKAGE@VERSION path`. */
  reference: string
  /** The day on which it said so, as YYYY-MM-DD (YYYY-MM where the day is not known). */
  date: string
}

export type Family =
  | 'sdk-1'
  | 'sdk-2'
  | 'mcp-remote'
  | 'claude-code'
  | 'claude-hosted'
  | 'rmcp'
  | 'chatgpt'
  | 'vscode'
  | 'gemini'
  | 'specification'

/** The steps of a connection, in their order. */
export type Step =
  | 'reach'
  | 'challenge'
  | 'protected_resource_metadata'
  | 'resource_comparison'
  | 'authorization_server_metadata'
  | 'registration'
  | 'authorization_request'

interface Network {
  /** `User-Agent` by leg, with `{version}` where it stands in it. */
  userAgent?: {
    mcp?: Fact<string>
    discovery?: Fact<string>
    registration?: Fact<string>
  }
  /** Whether only public https addresses are reached, or loopback and private ones too. */
  reaches?: Fact<'public_https' | 'anything'>
  /** Whether only IPv4 is spoken. */
  ipv4Only?: Fact<boolean>
  /** Where its requests come from, as CIDR. */
  egress?: Fact<readonly string[]>
  /** Seconds until it gives up. */
  timeouts?: Fact<{
    readonly discovery?: number
    readonly registration?: number
    readonly token?: number
    readonly refresh?: number
  }>
}

interface ChallengeHandling {
  /** What it sends first to the MCP URL, without a token. */
  firstRequest?: Fact<'post_initialize' | 'post_discover' | 'get' | 'head'>
  /** `MCP-Protocol-Version` of that request; absent where it sends none. */
  protocolVersion?: Fact<string>
  /** Statuses that make it sign in. */
  statuses?: Fact<readonly number[]>
  /** Whether it goes to the well-known places without a `WWW-Authenticate` that names the metadata. */
  needsHeader?: Fact<boolean>
  /** From which origins it follows `resource_metadata`. */
  followsPointer?: Fact<'any_origin' | 'same_origin' | 'never'>
}

interface ProtectedResourceHandling {
  /** Where it looks, in this order. `suffix`: the well-known segment behind the path. */
  order?: Fact<readonly ('pointer' | 'path' | 'suffix' | 'root')[]>
  /** Statuses after which it goes on to the next place; after others it stops. */
  goesOnAfter?: Fact<'404' | '4xx' | 'any'>
  /** How `resource` must relate to the URL that was typed. */
  comparison?: Fact<'exact' | 'origin_and_path_prefix' | 'same_origin' | 'none'>
  /** Which of `authorization_servers` it uses. */
  issuers?: Fact<'first' | 'all'>
  /** What it does where no document can be had. */
  without?: Fact<'goes_on' | 'stops'>
}

interface AuthorizationServerHandling {
  /** Where it looks for metadata of an issuer, in this order. */
  order?: Fact<
    readonly ('oauth_inserted' | 'openid_inserted' | 'openid_appended' | 'oauth_at_root' | 'oauth_at_mcp_host')[]
  >
  /** Whether `issuer` must be the string that led to the document. */
  comparesIssuer?: Fact<boolean>
  /** What it does where no document can be had: takes `/authorize`, `/token` and `/register` at the origin, or stops. */
  without?: Fact<'endpoints_at_origin' | 'stops'>
  /** Whether `code_challenge_methods_supported` must list S256; `if_present`: only where the field is there. */
  needsS256?: Fact<'always' | 'if_present' | 'never'>
}

interface RegistrationHandling {
  /** Ways to a client identifier, in the order in which it tries them. */
  order?: Fact<readonly ('client_metadata_document' | 'dynamic' | 'static')[]>
  /** Its client metadata document. */
  documentUrl?: Fact<string>
  /** Whether the document is used only where `none` stands in `token_endpoint_auth_methods_supported`. */
  documentNeedsNone?: Fact<boolean>
  clientName?: Fact<string>
  /** Exactly as sent, with `{port}`, `{callback_id}` and the like where they differ each time. */
  redirectUris?: Fact<readonly string[]>
  authenticationMethod?: Fact<'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'>
  /** Whether it cannot go on without a `client_secret` in the answer. */
  needsSecret?: Fact<boolean>
  /** The body of its registration, as recorded. */
  body?: Fact<Readonly<Record<string, unknown>>>
}

interface AuthorizationHandling {
  /** Where the scope that it asks for comes from: the first that has one. */
  scope?: Fact<readonly ('challenge' | 'protected_resource' | 'authorization_server' | 'fixed' | 'none')[]>
  /** When it adds `offline_access`. */
  offlineAccess?: Fact<'if_listed' | 'never'>
  /** What it sends as `resource`. */
  resource?: Fact<'metadata_value' | 'typed_url' | 'canonical_url' | 'none'>
  sendsState?: Fact<boolean>
}
