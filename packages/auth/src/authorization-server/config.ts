import { type SigningAlgorithm, signingAlgorithms } from '../jwt/sign.ts'
import type { ConnectionEvent } from '../protocol/events.ts'
import { harmless } from '../protocol/harmless.ts'
import { requireShape } from '../protocol/option-shapes.ts'
import { requireIdentifier } from '../protocol/resource.ts'
import { boundedStore } from './bounded-store.ts'
import {
  type ClientDocumentOptions,
  type ResolvedClientDocuments,
  resolveClientDocuments,
} from './clients/document-options.ts'
import { type KnownClient, resolveKnownClients } from './clients/known-clients.ts'
import { requirePossible } from './clients/named-clients.ts'
import { type ClientPrivileges, type ResolvedPrivileges, resolvePrivileges } from './clients/privileges.ts'
import { type ResolvedStaticClient, resolveStaticClients, type StaticClient } from './clients/static-clients.ts'
import {
  type DeviceAuthorizationOptions,
  type ResolvedDeviceAuthorizationOptions,
  resolveDeviceAuthorization,
} from './device/options.ts'
import { type IdentityAssertionIssuer, resolveIdentityAssertionIssuers } from './grants/identity-assertion/issuers.ts'
import { type Brand, type Branding, createBrand } from './interaction/branding.ts'
import type { Interaction } from './interaction/interaction.ts'
import { type IntrospectionReader, resolveIntrospectionReaders } from './introspection-readers.ts'
import { type ResolvedSigner, resolveSigner, type Signer } from './keys/signer.ts'
import { authorizationServerShape } from './option-shapes.ts'
import { type ProtectedResource, type ResolvedResource, resolveResources } from './protected-resource.ts'
import {
  type PushedRequestOptions,
  type ResolvedPushedRequestOptions,
  resolvePushedRequests,
} from './pushed-requests/options.ts'
import type { AuthorizationServerKinds } from './records.ts'
import { resolveSecrets, type ServerSecret } from './server-secrets.ts'
import type { Store } from './store.ts'
import type { ClaimsHook } from './tokens/claims.ts'

export type { ProtectedResource, ResolvedResource } from './protected-resource.ts'

/** The keys that tokens are signed with, and how one follows another. */
export interface SigningKeyOptions {
  /**
   * ES256, RS256 (with 3072 bits) or EdDSA (Ed25519). A server that starts with another one than its key has publishes a next key of it.
   * Default: ES256; OpenID Connect clients that read no metadata expect RS256.
   */
  algorithm?: SigningAlgorithm
  /** Seconds that a key signs before the next takes its place; 0: until `rotateSigningKey`. Default 90 days. */
  lifetime?: number
  /**
   * Seconds for which the next key is published before it signs: as long as the slowest verifier keeps a key set without looking again.
   * Default 1 day.
   */
  publishedBefore?: number
}

export interface AuthorizationServerOptions {
  /** The issuer identifier: an https URL (http on loopback), compared as a string and never re-serialised (RFC 8414 §2). */
  issuer: string
  /** The MCP servers that tokens are for; at least one. */
  resources: readonly ProtectedResource[]
  /** Where everything is kept: of `@portcullis/auth/stores/sqlite`, `postgres`, `memory`, or one of your own that passes the contract. */
  store: Store<AuthorizationServerKinds>
  /** Seconds that one call of the store may take; then the request fails, and whatever waits for the same. Default 10; at most 600. */
  storeTimeout?: number
  /** The first makes new codes, refresh tokens and keys; the others are still accepted, so that secrets rotate with overlap. */
  secrets: readonly ServerSecret[]
  /** How keys are made and rotated. Not together with `signer`. Default: ES256, each for 90 days. */
  signingKeys?: SigningKeyOptions
  /** A key held elsewhere (KMS, HSM) to sign with. Default: keys of its own, in the store. */
  signer?: Signer
  /**
   * Seconds that one signature of `signer` may take; then the client is answered 503 with `Retry-After`, and nothing of its is used up.
   * Default 5; at most 60.
   */
  signerTimeout?: number
  /** The host's side of pages and sign-in. */
  interaction: Interaction
  /** Clients whose identifier is the URL of a document that describes them. Default: none are taken. */
  clientDocuments?: ClientDocumentOptions
  /** Clients that are known beforehand and need not register. `createClient` makes more while the server runs. Default: none. */
  clients?: readonly StaticClient[]
  /**
   * What is known of the clients of vendors: `knownClientsOf(profiles)`, with the `profiles` of `@portcullis/clients`. By it pages say whose a client is
   * and warn of names that are like another's, and those that register with `none` and need a secret nevertheless get one. Default: nothing.
   */
  knownClients?: readonly KnownClient[]
  /** Initial access tokens, of at least 32 characters each, without which nobody registers (RFC 7591 §3). Default: none; anybody may. */
  initialAccessTokens?: readonly string[]
  /** Requests that clients push before they send the browser (RFC 9126). Default: none are taken. */
  pushedRequests?: PushedRequestOptions
  /** Clients on devices without a browser (RFC 8628), with a page at `/device`. Default: none are taken. */
  deviceAuthorization?: DeviceAuthorizationOptions
  /** What confidential clients may do with no person at hand, by client identifier. Default: nothing. */
  privileges?: Readonly<Record<string, ClientPrivileges>>
  /** Identity providers that decide for their people which clients they use here (ID-JAG, enterprise-managed authorization). Default: none. */
  identityAssertionIssuers?: readonly IdentityAssertionIssuer[]
  /** Resource servers that may introspect tokens. Default: none; then only clients may that `privileges` names. */
  introspectionReaders?: readonly IntrospectionReader[]
  /** Further hosts (`name` or `name:port`) at which requests are answered. Default: only the issuer's. */
  allowedHosts?: readonly string[]
  /** Seconds an access token lives. Default 600. */
  accessTokenLifetime?: number
  /** Seconds an authorization code lives. Default 60; at most 600 (RFC 6749 §4.1.2). */
  codeLifetime?: number
  /** Seconds a grant lives after its last refresh. Default 30 days. */
  grantLifetime?: number
  /**
   * Seconds for which a consent is remembered, so that the same client gets as much again for the same person and resource without asking; only
   * where the redirect proves who gets the code (law 3). Default 90 days; 0 asks every time. Made shorter, it
   * counts for what is remembered already.
   */
  consentLifetime?: number
  /**
   * Claims to add to an access token, asked for before each is issued; nothing is consumed where it fails (see `ClaimsFailure`). At most 4 KiB of
   * JSON, under names that no registered claim has. Default: none.
   */
  claims?: ClaimsHook
  /**
   * Seconds that one call of `claims` may take; then the client is answered 503 with `Retry-After`, and nothing of its is used up.
   * Default 10; at most 60.
   */
  claimsTimeout?: number
  /** How the default pages look. Default: plain. */
  branding?: Branding
  /** Seconds in which a refresh token that was just used gets the same successor again. Default 60; 0 is off. */
  refreshReplayWindow?: number
  /** Seconds that a registered client is kept to which nobody consents; one that somebody consented to is kept for good. Default 7 days. */
  unusedClientLifetime?: number
  /** How many such clients are kept; beyond that each takes the place of the oldest. Default 10,000. */
  unusedClientLimit?: number
  /**
   * Seconds in which a public client that registers the same again has its `client_id` again, which counts for no limit. At most half of
   * `unusedClientLifetime` counts. Default 600; 0 is off.
   */
  registrationReplayWindow?: number
  /** Registrations allowed from one network address within an hour; from the /48 of an IPv6 address ten times as many. Default 200. */
  registrationLimit?: number
  /** Grants that one person may have with one client; then those end that were used longest ago. Default 50. */
  grantsPerClientLimit?: number
  /** The same with all clients together. Default 500. */
  grantsPerSubjectLimit?: number
  /** Refused token and revocation requests allowed from one network address within a minute. Default 60. */
  refusalLimit?: number
  /** Secrets, of at least 32 characters each, by which resource servers elsewhere may read the revocation feed. Default: none; then it is not served. */
  revocationReaders?: readonly string[]
  /** Told of every step of a connection, refusals included. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

export interface ResolvedOptions
  extends Required<
    Omit<
      AuthorizationServerOptions,
      | 'resources'
      | 'secrets'
      | 'clientDocuments'
      | 'clients'
      | 'pushedRequests'
      | 'deviceAuthorization'
      | 'signingKeys'
      | 'signer'
      | 'claims'
      | 'branding'
      | 'privileges'
      | 'introspectionReaders'
    >
  > {
  pushedRequests: ResolvedPushedRequestOptions | undefined
  deviceAuthorization: ResolvedDeviceAuthorizationOptions | undefined
  signingKeys: Required<SigningKeyOptions>
  signer: ResolvedSigner | undefined
  clientDocuments: ResolvedClientDocuments | undefined
  /** By their identifiers. */
  clients: ReadonlyMap<string, ResolvedStaticClient>
  claims: ClaimsHook | undefined
  brand: Brand | undefined
  resources: readonly ResolvedResource[]
  privileges: ReadonlyMap<string, ResolvedPrivileges>
  introspectionReaders: readonly { resource: ResolvedResource; secret: string }[]
  secrets: readonly [ServerSecret, ...ServerSecret[]]
}

/** Throws `TypeError` for an option that cannot stand. */
export function resolveOptions(options: AuthorizationServerOptions): ResolvedOptions {
  requireShape(options, authorizationServerShape, 'createAuthorizationServer')
  const { storeTimeout = 10 } = options
  const resources = resolveResources(options.resources)
  const resolved: ResolvedOptions = {
    issuer: options.issuer,
    resources,
    privileges: resolvePrivileges(options.privileges ?? {}, resources),
    identityAssertionIssuers: resolveIdentityAssertionIssuers(
      options.identityAssertionIssuers ?? [],
      options.issuer,
      resources,
    ),
    introspectionReaders: resolveIntrospectionReaders(options.introspectionReaders ?? [], resources),
    store: boundedStore(options.store, storeTimeout),
    storeTimeout,
    secrets: resolveSecrets(options.secrets),
    signingKeys: resolveSigningKeys(options.signingKeys),
    signer: options.signer && resolveSigner(options.signer),
    signerTimeout: options.signerTimeout ?? 5,
    interaction: options.interaction,
    clientDocuments: resolveClientDocuments(options.clientDocuments, options.issuer),
    clients: resolveStaticClients(options.clients ?? [], { isFetching: options.clientDocuments !== undefined }),
    knownClients: resolveKnownClients(options.knownClients ?? []),
    initialAccessTokens: options.initialAccessTokens ?? [],
    pushedRequests: resolvePushedRequests(options.pushedRequests),
    deviceAuthorization: resolveDeviceAuthorization(options.deviceAuthorization),
    allowedHosts: options.allowedHosts ?? [],
    accessTokenLifetime: options.accessTokenLifetime ?? 600,
    codeLifetime: options.codeLifetime ?? 60,
    grantLifetime: options.grantLifetime ?? 30 * 24 * 3600,
    consentLifetime: options.consentLifetime ?? 90 * 24 * 3600,
    claims: options.claims,
    claimsTimeout: options.claimsTimeout ?? 10,
    brand: options.branding && createBrand(options.branding, options.issuer),
    refreshReplayWindow: options.refreshReplayWindow ?? 60,
    unusedClientLifetime: options.unusedClientLifetime ?? 7 * 24 * 3600,
    unusedClientLimit: options.unusedClientLimit ?? 10_000,
    registrationReplayWindow: options.registrationReplayWindow ?? 600,
    registrationLimit: options.registrationLimit ?? 200,
    grantsPerClientLimit: options.grantsPerClientLimit ?? 50,
    grantsPerSubjectLimit: options.grantsPerSubjectLimit ?? 500,
    refusalLimit: options.refusalLimit ?? 60,
    revocationReaders: options.revocationReaders ?? [],
    onEvent: harmless(options.onEvent),
    now: options.now ?? (() => Math.floor(Date.now() / 1000)),
  }
  requireIdentifier('issuer', resolved.issuer)
  requirePossible(resolved)
  if (resolved.signer !== undefined && options.signingKeys !== undefined)
    throw new TypeError('"signer" and "signingKeys" exclude one another')
  if (resolved.resources.length === 0) throw new TypeError('"resources" must name at least one resource')
  for (const name of ['revocationReaders', 'initialAccessTokens'] as const)
    if (!resolved[name].every((secret) => /^[\x21-\x7E]{32,}$/.test(secret)))
      throw new TypeError(`each of "${name}" must have at least 32 characters, all of them visible ASCII`)
  requireSeconds(resolved, 'storeTimeout', 1, 600)
  requireSeconds(resolved, 'signerTimeout', 1, 60)
  requireSeconds(resolved, 'claimsTimeout', 1, 60)
  requireSeconds(resolved, 'accessTokenLifetime', 1, 24 * 3600)
  requireSeconds(resolved, 'codeLifetime', 1, 600)
  requireSeconds(resolved, 'grantLifetime', 60, 10 * 365 * 24 * 3600)
  requireSeconds(resolved, 'consentLifetime', 0, 10 * 365 * 24 * 3600)
  requireSeconds(resolved, 'refreshReplayWindow', 0, 3600)
  requireSeconds(resolved, 'unusedClientLifetime', 600, 10 * 365 * 24 * 3600)
  requireSeconds(resolved, 'unusedClientLimit', 1, 1e9)
  requireSeconds(resolved, 'registrationReplayWindow', 0, 24 * 3600)
  requireSeconds(resolved, 'registrationLimit', 1, 1e9)
  requireSeconds(resolved, 'grantsPerClientLimit', 1, 10_000)
  requireSeconds(resolved, 'grantsPerSubjectLimit', 1, 100_000)
  requireSeconds(resolved, 'refusalLimit', 1, 1e9)
  return Object.freeze(resolved)
}

/** Throws `TypeError` for an option that cannot stand. */
export function resolveSigningKeys(options: SigningKeyOptions = {}): Required<SigningKeyOptions> {
  const { algorithm = 'ES256', lifetime = 90 * 24 * 3600, publishedBefore = 24 * 3600 } = options
  if (!signingAlgorithms.includes(algorithm))
    throw new TypeError(`"signingKeys.algorithm" must be one of ${signingAlgorithms.join(', ')}`)
  requireWhole('signingKeys.publishedBefore', publishedBefore, 0, 365 * 24 * 3600)
  if (lifetime !== 0) requireWhole('signingKeys.lifetime', lifetime, publishedBefore + 3600, 100 * 365 * 24 * 3600)
  return Object.freeze({ algorithm, lifetime, publishedBefore })
}

type Numeric = {
  [Name in keyof ResolvedOptions]: ResolvedOptions[Name] extends number ? Name : never
}[keyof ResolvedOptions]

function requireSeconds(options: ResolvedOptions, name: Numeric, least: number, most: number): void {
  requireWhole(name, options[name], least, most)
}

function requireWhole(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw new TypeError(`"${name}" must be a whole number from ${least} to ${most}, but is ${value}`)
}
