import { whyNotFurther } from '../protocol/challenge.ts'
import type { ConnectionEvent } from '../protocol/events.ts'
import { harmless } from '../protocol/harmless.ts'
import { requireShape } from '../protocol/option-shapes.ts'
import { isLoopbackHost, originOf, requireIdentifier } from '../protocol/resource.ts'
import { isScopeToken, type ScopeHierarchy } from '../protocol/scope.ts'
import { frozenList } from './frozen-list.ts'
import { resourceServerShape } from './option-shapes.ts'
import type { RevocationFeed } from './revocations.ts'
import { type ResolvedIssuer, resolveIssuer, type TrustedIssuer } from './trusted-issuer.ts'

export interface ResourceServerOptions {
  /** The canonical URI of this MCP server, byte for byte the URL that a user types; every token's audience must be it (RFC 8707 §2). */
  resource: string
  /** Further URLs at which this same server is reached. Metadata of its own is served at each; a token for one is accepted at all (law 2). Default: none. */
  alsoServedAt?: readonly string[]
  /** Whether other MCP servers are at the same host, each with a path of its own. The root form of the metadata's address is then none of theirs (law 2). Default false. */
  sharesHost?: boolean
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
  /**
   * Whether the metadata of the first issuer are shown at the host of this server as well, verbatim, for clients that look nowhere else: at
   * `/.well-known/oauth-authorization-server` and `/.well-known/openid-configuration`, with and without the path of the resource. For an issuer elsewhere alone (law 15).
   * Default false.
   */
  mirrorMetadata?: boolean
  /** Further hosts (`name` or `name:port`) at which requests are answered. Default: only those of `resource` and `alsoServedAt`. */
  allowedHosts?: readonly string[]
  /** Further origins from which browsers may call (RS-25). Default: the resource's own and, where it is loopback, all loopback origins. */
  allowedOrigins?: readonly string[]
  /**
   * How the `User-Agent` of clients begins that read a challenge in the result of a tool (`_meta["mcp/www_authenticate"]`) and not in a 403, and that
   * are told the scopes of tools in `securitySchemes`. Default: `openai-mcp/`, which is ChatGPT.
   */
  clientsReadingResults?: readonly string[]
  /**
   * Further parameters of every challenge, behind ours: `realm`, or hints for clients of your own. Clients do not look at what they do not know
   * (RFC 6750 §3); none is told here what the metadata does not say. Default: none.
   */
  challengeParameters?: Readonly<Record<string, string>>
  /** Seconds after `iat` from which on a token is refused, whatever its `exp`. Default: no limit. */
  maxTokenAge?: number
  /** Seconds by which clocks may differ. Default 5; at most 60, since the revocation feed forgets a grant a while after its last token expired. */
  clockTolerance?: number
  /** Where ended grants are read (law 14). Default: none; then `exp` alone decides. */
  revocations?: RevocationFeed
  /** Seconds for which tokens verified before are served while the feed cannot be read. Default 60; 0 is strict. */
  revocationGrace?: number
  /** Seconds for which what was read of the feed counts unasked. Default 1, which is the most; 0 where a read is cheap, as in a test: an end is seen by the next request. */
  revocationFreshness?: number
  /** Verified tokens remembered. Default 10,000; 0 is off. */
  cacheSize?: number
  /** Fetches metadata and keys of the issuers. Default: the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>
  /** Told of every step of a connection, refusals included. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

/** Options with every default in its place; frozen. */
export interface ResolvedResourceServer {
  /** The canonical URI first, then those of `alsoServedAt`. */
  served: readonly [string, ...string[]]
  sharesHost: boolean
  authorizationServers: readonly [ResolvedIssuer, ...ResolvedIssuer[]]
  mirrorMetadata: boolean
  scopes: readonly string[]
  scopeHierarchy: ScopeHierarchy
  name: string | undefined
  documentation: string | undefined
  allowedHosts: readonly string[]
  allowedOrigins: readonly string[]
  clientsReadingResults: readonly string[]
  challengeParameters: Readonly<Record<string, string>>
  maxTokenAge: number | undefined
  clockTolerance: number
  revocations: RevocationFeed | undefined
  revocationGrace: number
  revocationFreshness: number
  /** Whether what a request begins goes on when it is answered: not on Workers. */
  worksBehind: boolean
  cacheSize: number
  fetch: (request: Request) => Promise<Response>
  onEvent: (event: ConnectionEvent) => void
  now: () => number
}

/** Throws `TypeError` for an option that cannot stand. */
export function resolveOptions(options: ResourceServerOptions): ResolvedResourceServer {
  requireShape(options, resourceServerShape, 'createResourceServer')
  const served: readonly [string, ...string[]] = [options.resource, ...(options.alsoServedAt ?? [])]
  for (const url of served) requireIdentifier(url === options.resource ? 'resource' : 'alsoServedAt', url)
  const scopes = options.scopes ?? []
  for (const token of scopes)
    if (!isScopeToken(token)) throw new TypeError(`"${token}" is no scope token (RFC 6749 §3.3)`)
  if (scopes.includes('offline_access')) throw new TypeError('"offline_access" does not belong in "scopes" (RS-10)')
  for (const [name, value] of Object.entries(options.challengeParameters ?? {})) {
    const whyNot = whyNotFurther(name, value)
    if (whyNot !== undefined) throw new TypeError(`"${name}" of "challengeParameters" ${whyNot}`)
  }
  const [first, ...others] = options.authorizationServers
  if (first === undefined) throw new TypeError('"authorizationServers" must name at least one issuer (RS-04)')
  const authorizationServers = Object.freeze([resolveIssuer(first), ...others.map(resolveIssuer)] as const)
  if (authorizationServers.filter(({ introspection }) => introspection !== undefined).length > 1)
    throw new TypeError('one of "authorizationServers" alone may have "introspection"')
  return Object.freeze({
    served,
    sharesHost: options.sharesHost ?? false,
    authorizationServers,
    mirrorMetadata: options.mirrorMetadata ?? false,
    scopes: frozenList(scopes),
    scopeHierarchy: Object.freeze({ ...options.scopeHierarchy }),
    name: options.name,
    documentation: options.documentation,
    allowedHosts: frozenList([
      ...served.map((url) => new URL(url).host),
      ...(options.allowedHosts ?? []).map((host) => host.toLowerCase()),
    ]),
    allowedOrigins: frozenList([...served.map(originOf), ...(options.allowedOrigins ?? [])]),
    clientsReadingResults: frozenList(options.clientsReadingResults ?? ['openai-mcp/']),
    challengeParameters: Object.freeze({ ...options.challengeParameters }),
    maxTokenAge: wholeNumber(options, 'maxTokenAge'),
    clockTolerance: wholeNumber(options, 'clockTolerance', 60) ?? 5,
    revocations: options.revocations,
    revocationGrace: wholeNumber(options, 'revocationGrace') ?? 60,
    revocationFreshness: wholeNumber(options, 'revocationFreshness', 1) ?? 1,
    worksBehind: globalThis.navigator?.userAgent !== 'Cloudflare-Workers',
    cacheSize: wholeNumber(options, 'cacheSize') ?? 10_000,
    fetch: options.fetch ?? ((request) => fetch(request)),
    onEvent: harmless(options.onEvent),
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
  })
}

/** Whether browsers at any loopback origin may call: only where the server itself is on loopback. */
export function admitsLoopbackOrigins({ served }: ResolvedResourceServer): boolean {
  return served.every((url) => isLoopbackHost(new URL(url).hostname))
}

function wholeNumber(
  options: ResourceServerOptions,
  name: 'maxTokenAge' | 'clockTolerance' | 'revocationGrace' | 'revocationFreshness' | 'cacheSize',
  most = Number.POSITIVE_INFINITY,
): number | undefined {
  const value = options[name]
  if (value !== undefined && (!Number.isInteger(value) || value < 0 || value > most))
    throw new TypeError(
      `"${name}" must be a whole number, 0 or more${most < 1e9 ? ` and ${most} at most` : ''}, but is ${value}`,
    )
  return value
}
