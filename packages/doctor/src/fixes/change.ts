/** What has to become different, whatever the server is made of. Each stack says how to write it. */
export type Change =
  /** Whoever comes without a token gets 401 and a challenge that names the metadata, before anything else is looked at. */
  | { readonly kind: 'challenge' }
  /** The protected resource metadata stands where clients look, and says what they compare. */
  | { readonly kind: 'resource_metadata' }
  /** Requests to `/.well-known/`, and to the MCP endpoint, which challenges by itself, pass whatever guards the rest. */
  | { readonly kind: 'open_well_known' }
  /** The password of a site is not asked for where MCP clients come, which sign in by themselves. */
  | { readonly kind: 'lift_password' }
  /** The authorization server metadata stands where clients look, whole. */
  | { readonly kind: 'authorization_server_metadata' }
  /** The proxy hands challenges on as they come. */
  | { readonly kind: 'pass_challenge' }
  /** The proxy sends the well-known paths to the server, as they are, with the name that was asked. */
  | { readonly kind: 'route_well_known' }
  /** The proxy treats all user agents alike on the paths of MCP and OAuth. */
  | { readonly kind: 'let_user_agents_in' }
  /** The MCP URL answers itself instead of sending clients elsewhere. */
  | { readonly kind: 'no_redirect' }

/** What the lines of a fix are filled with. */
export interface FixContext {
  /** The URL that people type. */
  readonly target: string
  /** Its path. */
  readonly path: string
  readonly origin: string
  /** Where its metadata belongs (RFC 9728 §3.1): the URL, and the path alone. */
  readonly metadataUrl: string
  readonly metadataPath: string
  /** The authorization server as far as it was seen; else a name to be replaced. */
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly registrationEndpoint: string
  /** Where the metadata of that issuer belongs (RFC 8414 §3.1). */
  readonly issuerMetadataUrl: string
}

/** Lines to paste, and where. */
export interface Code {
  readonly language: string
  readonly file: string
  readonly text: string
}
