import type { ConnectionEvent } from '../protocol/events.ts'
import type { ScopeHierarchy } from '../protocol/scope.ts'
import type { RevocationFeed } from './revocations.ts'

/** Signature algorithms that a resource server may be told to accept (RFC 7518 §3.1, RFC 8037): asymmetric ones alone. */
export type SignatureAlgorithm = 'ES256' | 'ES384' | 'ES512' | 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'EdDSA' | 'Ed25519'

export interface ResourceServerOptions {
  /** The canonical URI of this MCP server, byte for byte the URL that a user types; every token's audience must be it (RFC 8707 §2). */
  resource: string
  /** Further URLs at which this same server is reached. Metadata of its own is served at each; a token for one is accepted at all (law 2). Default: none. */
  alsoServedAt?: readonly string[]
  /** The issuers whose tokens are accepted, first the one that clients should use (RFC 9728 §2). */
  authorizationServers: readonly (string | TrustedIssuer)[]
  /** What a client needs for basic use: `scope` of the challenge and `scopes_supported` (RS-07, RS-09). Default: none. */
  scopes?: readonly string[]
  /** Which scopes bring others with them (RS-20). Default: none. */
  scopeHierarchy?: ScopeHierarchy
  /** `resource_name` of the metadata. Default: left out. */
  name?: string
  /** `resource_documentation` of the metadata. Default: left out. */
  documentation?: string
  /** Further hosts (`name` or `name:port`) at which requests are answered. Default: only those of `resource` and `alsoServedAt`. */
  allowedHosts?: readonly string[]
  /** Further origins from which browsers may call (RS-25). Default: the resource's own and, where it is loopback, all loopback origins. */
  allowedOrigins?: readonly string[]
  /** Seconds after `iat` from which on a token is refused, whatever its `exp`. Default: no limit. */
  maxTokenAge?: number
  /** Seconds by which clocks may differ. Default 5. */
  clockTolerance?: number
  /** Where ended grants are read (law 14). Default: none; then `exp` alone decides. */
  revocations?: RevocationFeed
  /** Seconds for which tokens verified before are served while the feed cannot be read. Default 60; 0 is strict. */
  revocationGrace?: number
  /** Verified tokens remembered. Default 10,000; 0 is off. */
  cacheSize?: number
  /** Fetches metadata and keys of the issuers. Default: the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>
  /** Told of every step of a connection, refusals included. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

/** An issuer, and what is known of its tokens beside the RFCs. */
export interface TrustedIssuer {
  issuer: string
  /** Where its keys are. Default: `jwks_uri` of its metadata (RFC 8414). */
  jwksUri?: string
  /** Algorithms its tokens may be signed with (law 9). Default: ES256, RS256, PS256, EdDSA. */
  algorithms?: readonly SignatureAlgorithm[]
  /** `typ` its access tokens must have (RFC 9068 §4). Default: `at+jwt`; `any` accepts issuers that write `JWT`, except for types known to be other tokens. */
  tokenType?: 'at+jwt' | 'any'
}
