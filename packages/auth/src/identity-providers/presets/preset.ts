import type { AuthorizationServer } from 'oauth4webapi'
import type { UpstreamFetch } from '../bounded-fetch.ts'
import type { IdentityProviderOptions } from '../config.ts'

export type Claims = Readonly<Record<string, unknown>>

/** What is asked of an identity provider beyond the protocol. */
export interface AuthorizationWishes {
  /** The person is to prove anew who they are. */
  again: boolean
  /** The person is to choose who they are. */
  selectAccount: boolean
  loginHint: string | undefined
}

/** Facts about a person, as a preset reads them out of claims. */
export interface Facts {
  issuer: string
  subject: string
  userName?: string | undefined
  name?: string | undefined
  email?: { address: string; isVerified: boolean } | undefined
  hostedDomain?: string | undefined
  groups: readonly string[]
  groupsIncomplete?: string | undefined
  /** What rules may look at, where it is not the claims that were given. */
  claims?: Claims
}

/** What a preset may ask the vendor's API with. */
export interface Upstream {
  fetch: UpstreamFetch
  accessToken: string
  /** As configured. */
  issuer: string
}

/** How one vendor's identity provider is spoken with: what the protocol leaves open, and what the vendor does otherwise. */
export interface Preset {
  /** How pages call it. */
  name: string
  /** Throws `TypeError` for options that this vendor cannot work with. */
  issuerOf(options: IdentityProviderOptions): string
  scopes: readonly string[]
  /** Scopes that are asked for where the metadata offers them. */
  scopesWhereOffered?: readonly string[]
  /** How a refresh token is asked for, so that people are asked about later. */
  offline: {
    default: boolean | 'consent'
    scope?: 'always' | 'where offered'
    parameters?: Readonly<Record<string, string>>
  }
  groupsClaim: string
  /** How the client shows its secret where the options say nothing. Default: as the metadata offers, `client_secret_basic` first. */
  clientAuthentication?: 'client_secret_basic' | 'client_secret_post'
  /** Whether the userinfo endpoint tells more than the ID token. */
  userInfo: 'always' | 'without ID token'
  /** Parameters of the authorization request beyond the protocol's own. */
  parametersOf?(options: IdentityProviderOptions, wishes: AuthorizationWishes): Readonly<Record<string, string>>
  /** Values of `prompt`, where the vendor knows others than OpenID Connect. */
  promptOf?(wishes: AuthorizationWishes): readonly string[]
  /** What stands in place of metadata, for a vendor that publishes none: it speaks OAuth 2.0, gives no ID token, and `factsOf` gets no claims. */
  metadataOf?(issuer: string): AuthorizationServer
  /** The issuer that the metadata must name. Default: the one at which it is read. */
  issuerInMetadata?(options: IdentityProviderOptions): string
  /** The issuer that an ID token must name, by claims that nobody has verified yet. Throws `SignInFailure`. Default: that of the metadata. */
  issuerOfToken?(unverified: Claims, options: IdentityProviderOptions, inMetadata: string): string
  /** Reads who somebody is. Throws `SignInFailure` for who may not sign in by the vendor's own measures. */
  factsOf(claims: Claims, options: ResolvedPresetOptions, upstream: Upstream): Facts | Promise<Facts>
}

export interface ResolvedPresetOptions extends IdentityProviderOptions {
  groupsClaim: string
}
