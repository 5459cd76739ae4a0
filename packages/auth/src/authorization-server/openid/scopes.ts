import { parseScope } from '../../protocol/scope.ts'
import type { ResolvedOptions } from '../config.ts'

/** Scopes by which a client asks for claims of the person (OpenID Connect Core §5.4), with the claims that each is for. */
export const claimsOfScope = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
} as const
export type ClaimScope = keyof typeof claimsOfScope

const claimScopes = Object.keys(claimsOfScope) as ClaimScope[] // just these keys

const descriptions: Readonly<Record<string, string>> = {
  openid: 'Know who you are, by your identifier here and when you signed in',
  profile: 'See your name and your profile',
  email: 'See your e-mail address',
  address: 'See your postal address',
  phone: 'See your phone number',
}

/** The scopes of OpenID Connect that are offered: `openid`, and those for which the host has claims. */
export function offeredOpenidScopes({ interaction }: Pick<ResolvedOptions, 'interaction'>): readonly string[] {
  return ['openid', ...offeredClaimScopes(interaction)]
}

export function offeredClaimScopes({ userClaims }: ResolvedOptions['interaction']): readonly ClaimScope[] {
  return claimScopes.filter((scope) => userClaims?.[scope] !== undefined)
}

/** What of a requested scope is of OpenID Connect, and offered. Without `openid` the request is none of it, and nothing is (OpenID Connect Core §3.1.2.1). */
export function openidScopeOf(
  requested: string | undefined,
  options: Pick<ResolvedOptions, 'interaction'>,
): readonly string[] {
  const scope = parseScope(requested ?? '')
  return scope?.has('openid') ? offeredOpenidScopes(options).filter((token) => scope.has(token)) : []
}

/** Whether a scope token is one of OpenID Connect, which says nothing of what may be done at the resource. */
export function isOpenidScope(token: string): boolean {
  return Object.hasOwn(descriptions, token)
}

/** A scope token of OpenID Connect in the words of the consent page. */
export function describeOpenidScope(token: string): string | undefined {
  return isOpenidScope(token) ? descriptions[token] : undefined
}
