import type { JSONWebKeySet } from '../jwt/key-set.ts'
import { isAsymmetric, type SignatureAlgorithm } from '../jwt/signature-algorithm.ts'
import { isSecureUrl, requireIdentifier } from '../protocol/resource.ts'
import { frozenList } from './frozen-list.ts'
import { type Introspection, type ResolvedIntrospection, resolveIntrospection } from './introspection.ts'

export type { SignatureAlgorithm }

/** An issuer, and what is known of its tokens beside the RFCs. */
export interface TrustedIssuer {
  issuer: string
  /** Where its keys are. Default: `jwks_uri` of its metadata (RFC 8414). */
  jwksUri?: string
  /** Reads its keys where nothing has to be fetched (RFC 7517 §5): `authorizationServer.jwks` of one in the same process. Not beside `jwksUri`. Default: they are fetched. */
  jwks?: () => Promise<JSONWebKeySet>
  /** Algorithms its tokens may be signed with (law 9). Default: ES256, RS256, PS256, EdDSA. */
  algorithms?: readonly SignatureAlgorithm[]
  /** `typ` its access tokens must have (RFC 9068 §4). Default: `at+jwt`; `any` accepts issuers that write `JWT`, except for types known to be other tokens. */
  tokenType?: 'at+jwt' | 'any'
  /** How it is asked about tokens that are no JWT. One issuer alone may have this: whose such a token is, it does not say. Default: they are refused. */
  introspection?: Introspection
  /** What its tokens name as their audience for this server, beside the resource itself: `api://notes`, the id of an application. Default: the resource alone. */
  audiences?: readonly string[]
  /** An audience that all of its tokens have, whatever they are for: it counts as none (law 2). Default: there is no such. */
  sharedAudience?: string
  /** The claims with the granted scope, of which the first that a token has counts: text, or a list. Default: `scope` (RFC 8693 §4.2), `scp`. */
  scopeClaims?: readonly ClaimPath[]
  /** What is put before each scope token that it writes, where its tokens shorten what clients ask for: `api://notes/` of Entra ID. Default: nothing. */
  scopePrefix?: string
  /** The claims with roles; what all of them hold is taken together. Default: `roles` (RFC 9068 §2.2.3.1). */
  roleClaims?: readonly ClaimPath[]
  /** The claims with the client that a token was issued to, of which the first that a token has counts. Default: `client_id` (RFC 9068 §2.2), `azp`, `cid`. */
  clientIdClaims?: readonly ClaimPath[]
  /**
   * Lets tokens in that name no audience, or `sharedAudience` alone, where they were issued to one of these clients (law 2). Anybody may show a token
   * here that such a client got for another API of this issuer: only for clients that call this server and nothing else. Better: `introspection` with `tokens: 'all'`,
   * where the issuer names the resource in its answer. Default: such tokens are refused.
   */
  dangerouslyAcceptTokensWithoutAudience?: { clientIds: readonly string[] }
  /** What to do at this vendor about what goes wrong; told with refusals and by `checkIssuer`. Default: nothing. */
  advice?: IssuerAdvice
}

/** Where a claim stands: its name, or the names of the objects around it and its own (`['realm_access', 'roles']`). Names may have dots. */
export type ClaimPath = string | readonly string[]

/** What an operator does at an issuer's vendor: each a sentence. */
export interface IssuerAdvice {
  /** Whose product it is. */
  vendor: string
  /** So that tokens name this server as their audience. */
  audience: string
  /** So that clients can register. */
  registration: string
  /** Whether clients that it does not know may use the `registration_endpoint` of its metadata. Default: true. */
  registersAnybody?: boolean
  /** So that `S256` is offered. Default: nothing can be done. */
  pkce?: string
  /** Whether it takes the parameter `resource` (RFC 8707). `unknown`: as it is set up. */
  resourceParameter: 'taken' | 'ignored' | 'refused' | 'unknown'
}

export interface ResolvedIssuer {
  issuer: string
  jwksUri: string | undefined
  jwks: (() => Promise<JSONWebKeySet>) | undefined
  algorithms: readonly SignatureAlgorithm[]
  tokenType: 'at+jwt' | 'any'
  introspection: ResolvedIntrospection | undefined
  audiences: readonly string[]
  sharedAudience: string | undefined
  scopeClaims: readonly ClaimPath[]
  scopePrefix: string
  roleClaims: readonly ClaimPath[]
  clientIdClaims: readonly ClaimPath[]
  /** Whose tokens without an audience are let in. */
  clientsWithoutAudience: readonly string[]
  advice: IssuerAdvice | undefined
}

/** Throws `TypeError` for an issuer that cannot stand. */
export function resolveIssuer(trusted: string | TrustedIssuer): ResolvedIssuer {
  const configured: TrustedIssuer = typeof trusted === 'string' ? { issuer: trusted } : trusted
  const { issuer, jwksUri, jwks, algorithms, tokenType, introspection, audiences = [], sharedAudience } = configured
  requireIdentifier('authorizationServers', issuer)
  if (jwksUri !== undefined && !isSecureUrl(jwksUri))
    throw new TypeError(`"jwksUri" must be an https URL (http on loopback), but is "${jwksUri}"`)
  if (jwksUri !== undefined && jwks !== undefined)
    throw new TypeError(`"jwksUri" and "jwks" of ${issuer} both say where its keys are: one of them must go`)
  for (const algorithm of algorithms ?? [])
    if (!isAsymmetric(algorithm)) throw new TypeError(`"${algorithm}" is no asymmetric signature algorithm (law 9)`)
  const clientsWithoutAudience = configured.dangerouslyAcceptTokensWithoutAudience?.clientIds
  if (clientsWithoutAudience?.length === 0)
    throw new TypeError(
      `"dangerouslyAcceptTokensWithoutAudience" of ${issuer} must list the clients whose tokens are let in (law 2)`,
    )
  if (audiences.some((audience) => audience === '' || audience === sharedAudience))
    throw new TypeError(`"audiences" of ${issuer} has one that says nothing of what a token is for (law 2)`)
  return Object.freeze({
    issuer,
    jwksUri,
    jwks,
    algorithms: frozenList(algorithms ?? (['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const)),
    tokenType: tokenType ?? 'at+jwt',
    introspection: introspection && resolveIntrospection(introspection),
    audiences: frozenList(audiences),
    sharedAudience,
    scopeClaims: frozenList(configured.scopeClaims ?? ['scope', 'scp']),
    scopePrefix: configured.scopePrefix ?? '',
    roleClaims: frozenList(configured.roleClaims ?? ['roles']),
    clientIdClaims: frozenList(configured.clientIdClaims ?? ['client_id', 'azp', 'cid']),
    clientsWithoutAudience: frozenList(clientsWithoutAudience ?? []),
    advice: configured.advice,
  })
}
