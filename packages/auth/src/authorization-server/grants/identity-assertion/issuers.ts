import { createKeySet, type JSONWebKeySet, type KeySet } from '../../../jwt/key-set.ts'
import { createLocalKeys } from '../../../jwt/local-keys.ts'
import { isSecureUrl, sameIdentifier, whyNotIdentifier } from '../../../protocol/resource.ts'
import type { DocumentFetch } from '../../clients/document-fetch.ts'
import type { ResolvedOptions, ResolvedResource } from '../../config.ts'
import { findTarget } from '../target.ts'

/** An identity provider whose assertions stand in for a person's consent: an enterprise decides for its people (ID-JAG). */
export interface IdentityAssertionIssuer {
  /** Its issuer identifier, compared with `iss` as a string. */
  issuer: string
  /** Its public keys. Either these or `jwksUri`. */
  jwks?: { readonly keys: readonly object[] }
  /** Where its keys are: an https URL. */
  jwksUri?: string
  /** How `jwksUri` is fetched (law 8): `createGuardedFetch()` of `@portcullis/auth/node`. Needed with `jwksUri` alone. */
  fetch?: DocumentFetch
  /** The identifiers of the confidential clients that may come with its assertions. */
  clients: readonly string[]
  /** The resources that its assertions may be for. Default: all. */
  resources?: readonly string[]
  /**
   * Who here the person is that it names, or `undefined` where nobody is. An issuer of many tenants names one in `tenant`, which must be looked at:
   * `sub` is unique within it alone. An e-mail address is an identity only where the issuer lets nobody choose it.
   */
  subject: (claims: IdentityAssertionClaims) => Promise<AssertedSubject | undefined> | AssertedSubject | undefined
}

/** What an assertion says, verified. */
export interface IdentityAssertionClaims {
  iss: string
  sub: string
  client_id: string
  tenant?: unknown
  email?: unknown
  [claim: string]: unknown
}

export interface AssertedSubject {
  /** `sub` of the access tokens. */
  subject: string
  /** How people know them. Default: left out. */
  displayName?: string
}

/** Throws `TypeError` for an issuer that cannot stand. */
export function resolveIdentityAssertionIssuers(
  issuers: readonly IdentityAssertionIssuer[],
  ownIssuer: string,
  known: readonly ResolvedResource[],
): readonly IdentityAssertionIssuer[] {
  for (const { issuer, jwks, jwksUri, fetch, clients, resources = [] } of issuers) {
    const whyNot = whyNotIdentifier(issuer)
    if (whyNot !== undefined) throw new TypeError(`"issuer" of an identity assertion issuer ${whyNot}`)
    if (sameIdentifier(issuer, ownIssuer))
      throw new TypeError('this server must not take identity assertions of its own: "issuer" is another one')
    if ((jwks === undefined) === (jwksUri === undefined))
      throw new TypeError(`the identity assertion issuer ${issuer} must have either "jwks" or "jwksUri"`)
    if (jwksUri !== undefined && (!isSecureUrl(jwksUri) || fetch === undefined))
      throw new TypeError(`"jwksUri" of ${issuer} must be an https URL (http on loopback), and needs "fetch"`)
    const unknown = resources.find((name) => findTarget(name, known) === undefined)
    if (unknown !== undefined)
      throw new TypeError(`${issuer} is trusted for "${unknown}", which is none of "resources"`)
    if (clients.length === 0) throw new TypeError(`"clients" of ${issuer} must name at least one client`)
  }
  if (new Set(issuers.map(({ issuer }) => issuer)).size !== issuers.length)
    throw new TypeError('two identity assertion issuers have the same "issuer"')
  return Object.freeze(
    issuers.map((issuer) => Object.freeze({ ...issuer, clients: Object.freeze([...issuer.clients]) })),
  )
}

/** The keys of each issuer, read once for many. */
export function createIssuerKeys({
  identityAssertionIssuers,
  now,
  onEvent,
}: Pick<ResolvedOptions, 'identityAssertionIssuers' | 'now' | 'onEvent'>): (issuer: IdentityAssertionIssuer) => KeySet {
  const held = new Map(identityAssertionIssuers.map((issuer) => [issuer.issuer, keysOf(issuer)]))

  function keysOf({ jwks, jwksUri = '', fetch }: IdentityAssertionIssuer): KeySet {
    if (jwks !== undefined) return createLocalKeys({ keys: [...jwks.keys] } as JSONWebKeySet) // jose validates them
    return createKeySet({
      read: () => readKeys(jwksUri, fetch),
      onChange: () => {},
      onStale: (cause) =>
        onEvent({
          type: 'client_keys_failed',
          uri: jwksUri,
          reason: 'unreadable',
          detail: cause instanceof Error ? cause.message : String(cause),
        }),
      staleFor: 3600, // seconds; a key that was withdrawn must not come back with whoever has been away for long
      now,
    })
  }

  return (issuer) => held.get(issuer.issuer) ?? keysOf(issuer)
}

async function readKeys(uri: string, fetch: DocumentFetch | undefined): Promise<JSONWebKeySet> {
  const answer = await fetch?.(uri)
  if (answer === undefined) throw new Error('there is nothing to fetch keys with')
  if (answer.kind === 'failure') throw new Error(answer.detail)
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  try {
    return JSON.parse(answer.text) as JSONWebKeySet // jose validates it
  } catch {
    throw new Error('what stands there is no JSON') // V8 would quote it
  }
}
