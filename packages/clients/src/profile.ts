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
  /** Where it runs: on the person's machine or server, in its maker's data centre, or in a browser page. */
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
  /**
   * H: recorded by us, read in its source, in the vendor's documents, or said by its staff.
   * M: captured by third parties, or several reports agree. L: one report, or inference.
   */
  confidence: 'H' | 'M' | 'L'
}

export interface Source {
  /**
   * A URL, `recording:CLIENT-VERSION-SCENE`, or `source:PACKAGE@VERSION path`. A file of a repository is named at a
   * commit: `https://github.com/OWNER/NAME/blob/COMMIT/path`.
   */
  reference: string
  /** The day on which it said so, or was last read to say so, as YYYY-MM-DD (YYYY-MM where the day is not known). */
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

export interface Network {
  /** `User-Agent` by leg, with `{version}` where it stands in it. */
  userAgent?: {
    mcp?: Fact<string>
    discovery?: Fact<string>
    registration?: Fact<string>
  }
  /** Which addresses are reached: public https ones alone, private and loopback ones only where whoever runs it allows them, or all. */
  reaches?: Fact<'public_https' | 'public_or_allowed' | 'anything'>
  /** Whether only IPv4 is spoken. */
  ipv4Only?: Fact<boolean>
  /** Where its requests come from, as CIDR. */
  egress?: Fact<readonly string[]>
  /** Where its maker publishes these, since they change: a URL. */
  egressList?: Fact<string>
  /** The ports that it connects to. Absent: not known, or any. */
  ports?: Fact<readonly number[]>
  /** Seconds until it gives up. */
  timeouts?: Fact<{
    readonly discovery?: number
    readonly registration?: number
    readonly token?: number
    readonly refresh?: number
  }>
}

export interface ChallengeHandling {
  /** What it sends first to the MCP URL, without a token. */
  firstRequest?: Fact<'post_initialize' | 'post_discover' | 'get' | 'head'>
  /** `MCP-Protocol-Version` of that request; absent where it sends none. */
  protocolVersion?: Fact<string>
  /** Statuses that make it sign in. */
  statuses?: Fact<readonly number[]>
  /** Whether it stops where no `WWW-Authenticate` names the metadata; `false`: it looks at the well-known places. */
  needsHeader?: Fact<boolean>
  /** From which origins it follows `resource_metadata`. */
  followsPointer?: Fact<'any_origin' | 'same_origin' | 'never'>
  /** Whether it tries the HTTP+SSE transport of MCP 2024-11-05 where the URL takes no POST. */
  olderTransport?: Fact<'falls_back' | 'never'>
  /** Where it looks for the challenge of a call that lacks a scope: in a 403, or in the result of the tool (`_meta["mcp/www_authenticate"]`). */
  stepUp?: Fact<'response' | 'tool_result'>
}

export interface ProtectedResourceHandling {
  /** Where it looks, in this order. `suffix`: the well-known segment behind the path. */
  order?: Fact<readonly ('pointer' | 'path' | 'suffix' | 'root')[]>
  /** Whether, where the challenge has a pointer that it follows, it looks nowhere else. */
  pointerAlone?: Fact<boolean>
  /** Statuses after which it goes on to the next place; after others it stops. */
  goesOnAfter?: Fact<StatusesToGoOn>
  /** How `resource` must relate to the URL that was typed. */
  comparison?: Fact<'exact' | 'origin_and_path_prefix' | 'same_origin' | 'none'>
  /** Which of `authorization_servers` it uses; `all`: each of them must have metadata. */
  issuers?: Fact<'first' | 'first_that_answers' | 'all'>
  /** What it does where no document can be had. */
  without?: Fact<'goes_on' | 'stops'>
  /** What it takes for the issuer where no document can be had. */
  issuerWithout?: Fact<'origin' | 'typed_url'>
}

/** `4xx_or_502`: proxies answer 502 for what does not exist behind them. */
export type StatusesToGoOn = '404' | '4xx' | '4xx_or_502' | 'any'

export interface AuthorizationServerHandling {
  /** Where it looks for metadata of an issuer, in this order; for an issuer without a path several are one. */
  order?: Fact<
    readonly (
      | 'oauth_inserted'
      | 'openid_inserted'
      | 'openid_appended'
      | 'oauth_at_root'
      | 'openid_at_root'
      | 'oauth_at_mcp_host'
    )[]
  >
  /** Statuses after which it goes on to the next place; after others it stops. */
  goesOnAfter?: Fact<StatusesToGoOn>
  /** Whether `issuer` must be the string that led to the document. */
  comparesIssuer?: Fact<boolean>
  /** Whether, without RFC 9207, the authorization endpoint must share its origin with the issuer or the token endpoint. */
  bindsEndpoints?: Fact<boolean>
  /** What it does where no document can be had: takes `/authorize`, `/token` and `/register` at the origin, or stops. */
  without?: Fact<'endpoints_at_origin' | 'stops'>
  /** Whether `code_challenge_methods_supported` must list S256; `if_present`: only where the field is there. */
  needsS256?: Fact<'always' | 'if_present' | 'never'>
}

export interface RegistrationHandling {
  /** Ways to a client identifier, in the order in which it tries them. */
  order?: Fact<readonly ('client_metadata_document' | 'dynamic' | 'static')[]>
  /** Its client metadata document. */
  documentUrl?: Fact<string>
  /** Whether the document is used only where `none` stands in `token_endpoint_auth_methods_supported`. */
  documentNeedsNone?: Fact<boolean>
  clientName?: Fact<string>
  /** Exactly as sent, with `{port}`, `{callback_id}` and the like where they differ each time. */
  redirectUris?: Fact<readonly string[]>
  /** What it sends instead where the metadata does not say `authorization_response_iss_parameter_supported` (RFC 9207). */
  redirectUrisWithoutIss?: Fact<readonly string[]>
  authenticationMethod?: Fact<'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt'>
  /** What it registers where `none` is not in `token_endpoint_auth_methods_supported`: `none` nevertheless, or one that is. */
  withoutNone?: Fact<'none' | 'listed'>
  /** Whether it authenticates with a `client_secret` that the answer holds though it asked for `none`. */
  usesSecret?: Fact<boolean>
  /** Whether it cannot go on without a `client_secret` in the answer. */
  needsSecret?: Fact<boolean>
  /** The body of its registration, with `{port}`, `{version}`, `{server}` and `{scope}` for what differs. */
  body?: Fact<Readonly<Record<string, unknown>>>
}

export interface AuthorizationHandling {
  /** Where the scope that it asks for comes from: the first that has one. */
  scope?: Fact<readonly ('challenge' | 'protected_resource' | 'authorization_server' | 'fixed' | 'none')[]>
  /** When it adds `offline_access`. */
  offlineAccess?: Fact<'if_listed' | 'never'>
  /** What it sends as `resource`. */
  resource?: Fact<'metadata_value' | 'typed_url' | 'canonical_url' | 'none'>
  /** What it sends as `resource` where it has no protected-resource metadata. */
  resourceWithout?: Fact<'typed_url' | 'canonical_url' | 'none'>
  /** Whether an origin without a path gets a slash on its way into `resource`. */
  resourceAddsSlash?: Fact<boolean>
  sendsState?: Fact<boolean>
}
