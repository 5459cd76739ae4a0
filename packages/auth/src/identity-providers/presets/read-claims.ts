import { claimAt } from '../../protocol/claim-at.ts'
import { shownText } from '../../protocol/shown-text.ts'
import type { Claims, Facts } from './preset.ts'

const longest = 256
const mostGroups = 2000

/** A claim that is text, as it may be shown; `undefined` where it is none. */
export function textOf(claims: Claims, name: string): string | undefined {
  const value = claims[name]
  const text = typeof value === 'string' && value.length <= longest ? shownText(value) : ''
  return text === '' ? undefined : text
}

/** The address that is claimed. `isVerified`: whether whoever claims it vouches for it. */
export function emailOf(claims: Claims, { isVerified }: { isVerified: boolean }): Facts['email'] {
  const address = claims.email
  if (typeof address !== 'string' || !/^[^\s@\p{C}]{1,64}@[^\s@\p{C}]{1,190}$/u.test(address)) return undefined
  return { address, isVerified }
}

/** Whether an address is said to be verified, by those who write truth as text as well. */
export function saysVerified({ email_verified: said }: Claims): boolean {
  return said === true || said === 'true'
}

/** The groups in a claim: a list of text, or one text. The claim is named as it stands, or by a path with dots. */
export function groupsOf(claims: Claims, claim: string): readonly string[] {
  const value = claimAt(claims, claim)
  const list: readonly unknown[] = Array.isArray(value) ? value : [value]
  const groups = list.filter(
    (group): group is string => typeof group === 'string' && group !== '' && group.length <= longest,
  )
  return [...new Set(groups)].slice(0, mostGroups)
}

/** What OpenID Connect says of a person (Core §5.1), which most vendors leave as it is. */
export function standardFacts(claims: Claims, groupsClaim: string): Omit<Facts, 'issuer' | 'subject'> {
  return {
    userName: textOf(claims, 'preferred_username') ?? textOf(claims, 'nickname'),
    name: textOf(claims, 'name'),
    email: emailOf(claims, { isVerified: claims.email_verified === true }),
    groups: groupsOf(claims, groupsClaim),
  }
}
