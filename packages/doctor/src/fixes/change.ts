/** What has to become different, whatever the server is made of. Each stack says how to write it. */
export type Change =
  /** Whoever comes without a token gets 401 and a challenge that names the metadata, before anything else is looked at. */
  | { readonly kind: 'challenge' }
  /** A token is looked at before it is believed: signature, issuer, audience, expiry. */
  | { readonly kind: 'verify_token' }
  /** The protected resource metadata stands where clients look, and says what they compare. */
  | { readonly kind: 'resource_metadata' }
  /** Requests to `/.well-known/`, and to the MCP endpoint, which challenges by itself, pass whatever guards the rest. */
  | { readonly kind: 'open_well_known' }
  /** The password of a site is not asked for where MCP clients come, which sign in by themselves. */
  | { readonly kind: 'lift_password' }
  /** The same where nothing but the guard challenges: the MCP endpoint gets a challenge in its place. */
  | { readonly kind: 'replace_guard' }
  /** The authorization server metadata stands where clients look, whole. */
  | { readonly kind: 'authorization_server_metadata' }
  /** The authorization server compares `code_verifier` with `code_challenge`, and says so (RFC 7636 §4.6). */
  | { readonly kind: 'check_code_verifier' }
  /** The proxy hands challenges on as they come. */
  | { readonly kind: 'pass_challenge' }
  /** The proxy sends the well-known paths to the server, as they are, with the name that was asked. */
  | { readonly kind: 'route_well_known' }
  /** The proxy treats all user agents alike on the paths of MCP and OAuth. */
  | { readonly kind: 'let_user_agents_in' }
  /** The MCP URL answers itself instead of sending clients elsewhere. */
  | { readonly kind: 'no_redirect' }

/** What the lines of a fix are filled with. What was not seen is a placeholder (`placeholders.ts`). */
export interface FixContext {
  /** The URL that people type. */
  readonly target: string
  /** Its path. */
  readonly path: string
  readonly origin: string
  /** Where its metadata belongs (RFC 9728 §3.1): the URL, and the path alone. */
  readonly metadataUrl: string
  readonly metadataPath: string
  /** Where a challenge should point: there, or where else the metadata was seen. */
  readonly pointer: string
  readonly issuer: string
  /** The path where the metadata of that issuer belongs (RFC 8414 §3.1). */
  readonly issuerMetadataPath: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  /** `undefined` where clients introduce themselves by documents instead. */
  readonly registrationEndpoint: string | undefined
  readonly keySet: string
  readonly authenticationMethods: readonly string[]
  /** The paths of the sign-in server at this host, which everybody must reach who is not signed in yet. */
  readonly signInPaths: readonly string[]
}

/** Lines to paste, and where. */
export interface Code {
  readonly language: string
  readonly file: string
  readonly text: string
}
