import { resolveSecrets, type ServerSecret } from '../authorization-server/server-secrets.ts'
import { createDerivedKeys, type DerivedKeys } from '../authorization-server/tokens/derived-keys.ts'
import { requireShape } from '../protocol/option-shapes.ts'
import { isSecureUrl } from '../protocol/resource.ts'
import { createBoundedFetch, type UpstreamFetch } from './bounded-fetch.ts'
import { identityProvidersShape } from './option-shapes.ts'
import type { Preset } from './presets/preset.ts'
import { type PresetName, presets } from './presets/presets.ts'

/** An identity provider that people sign in with. */
export interface IdentityProviderOptions {
  /** Names it in addresses and configuration: 1 to 40 lower-case letters, digits and hyphens. Each has a callback of its own: `/account/callback/<id>`. */
  id: string
  /** Whose it is: what the vendor does otherwise is known. `oidc` is any other, by its issuer alone. */
  preset: PresetName
  /** How pages call it. Default: the vendor's name. */
  name?: string
  /** Its issuer identifier, exactly as its metadata has it. Entra ID may have `tenant` in its place; Google and GitHub need none. */
  issuer?: string
  /** Entra ID: the tenant's id (a GUID), or `organizations` or `common` together with `tenants`. */
  tenant?: string
  /** Entra ID, where `tenant` is `organizations` or `common`: the ids of the tenants whose people may sign in. */
  tenants?: readonly string[]
  /** Google: the Workspace domains whose people may sign in. Default: everybody's, private accounts too. */
  hostedDomains?: readonly string[]
  /** GitHub: the organisations of which a person must be a member of at least one. Default: none. */
  organisations?: readonly string[]
  /** As the identity provider gave it. */
  clientId: string
  /** As the identity provider gave it. Default: none; then PKCE alone binds the code. */
  clientSecret?: string
  /** How the secret is shown at the token endpoint (OpenID Connect Core §9). Default: the vendor's way, else as the metadata offers, `client_secret_basic` first. */
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post'
  /** Scopes beyond the preset's. Default: none. */
  scopes?: readonly string[]
  /**
   * Whether a refresh token is asked for, so that `recheck` can tell who left or was disabled. `consent`: with `prompt=consent`, without which some
   * give none (OpenID Connect Core §11). What is given unasked is used all the same: at Keycloak it ends with the session there. Default: the
   * preset's, mostly true.
   */
  offlineAccess?: boolean | 'consent'
  /** The claim with groups: its name as it stands, or a path with dots. Default: the preset's. */
  groupsClaim?: string
}

/** Where people sign in, and where they come back. */
export interface SignInOptions {
  /** The public origin at which callbacks live: `<origin>/account/callback/<id>`. https, or http on loopback. */
  origin: string
  /** The identity providers, in the order in which pages offer them. */
  identityProviders: readonly IdentityProviderOptions[]
  /** Seal transactions and upstream tokens: the first makes new ones, the others still open theirs. */
  secrets: readonly ServerSecret[]
  /** How identity providers are asked. Default: the global `fetch`. */
  fetch?: typeof fetch
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
  /** Seconds that one answer of an identity provider may take. Default 5; at most 30. */
  timeout?: number
  /** Seconds by which the clocks may differ. Default 30; at most 300. */
  clockTolerance?: number
}

export interface ResolvedIdentityProvider {
  id: string
  name: string
  preset: Preset
  /** For the preset's own reading. */
  options: IdentityProviderOptions
  issuer: string
  redirectUri: string
  offlineAccess: boolean | 'consent'
  groupsClaim: string
}

export interface ResolvedSignInOptions {
  origin: string
  identityProviders: ReadonlyMap<string, ResolvedIdentityProvider>
  keys: DerivedKeys
  fetch: UpstreamFetch
  now: () => number
  /** Seconds by which `now` is ahead of the system clock, which `oauth4webapi` reads. */
  clockSkew: () => number
  clockTolerance: number
}

/** Throws `TypeError` for an option that cannot stand. */
export function resolveOptions(options: SignInOptions): ResolvedSignInOptions {
  requireShape(options, identityProvidersShape, 'createIdentityProviders')
  const { origin, timeout = 5, clockTolerance = 30, now = epochSeconds } = options
  if (!isSecureUrl(origin) || new URL(origin).origin !== origin)
    throw new TypeError(`"origin" must be an https origin (http on loopback), but is "${origin}"`)
  requireNumber('timeout', timeout, 0.05, 30)
  requireNumber('clockTolerance', clockTolerance, 0, 300)
  const resolved = options.identityProviders.map((each) => resolveIdentityProvider(each, origin))
  const ids = new Map(resolved.map((each) => [each.id, Object.freeze(each)]))
  if (ids.size !== resolved.length) throw new TypeError('two identity providers have the same "id"')
  return Object.freeze({
    origin,
    identityProviders: ids,
    keys: createDerivedKeys(resolveSecrets(options.secrets)),
    fetch: createBoundedFetch({ fetch: options.fetch ?? ((...request) => fetch(...request)), timeout }),
    now,
    clockSkew: () => now() - epochSeconds(),
    clockTolerance,
  })
}

function resolveIdentityProvider(options: IdentityProviderOptions, origin: string): ResolvedIdentityProvider {
  const { id, clientId, clientSecret } = options
  if (!/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(id))
    throw new TypeError(
      `the "id" of an identity provider must be 1 to 40 lower-case letters, digits and hyphens, but is "${id}"`,
    )
  if (!Object.hasOwn(presets, options.preset))
    throw new TypeError(
      `the "preset" of "${id}" must be one of ${Object.keys(presets).join(', ')}, but is "${options.preset}"`,
    )
  if (clientId === '' || clientSecret === '')
    throw new TypeError(`"clientId" and "clientSecret" of "${id}" must not be empty`)
  const preset: Preset = presets[options.preset]
  return {
    id,
    name: options.name ?? preset.name,
    preset,
    options,
    issuer: preset.issuerOf(options),
    redirectUri: `${origin}/account/callback/${id}`,
    offlineAccess: options.offlineAccess ?? preset.offline.default,
    groupsClaim: options.groupsClaim ?? preset.groupsClaim,
  }
}

function requireNumber(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most))
    throw new TypeError(`"${name}" must be a number of seconds from ${least} to ${most}, but is ${value}`)
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
