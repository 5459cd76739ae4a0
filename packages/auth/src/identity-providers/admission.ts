import type { Identity } from './identity.ts'

/**
 * Who of an identity provider may come in. `domains`, `emails` and `subjects` name people: one of them has to fit, where any is given. `groups` and `claims`
 * narrow that: each has to fit as well. Without any rule nobody may come in.
 */
export interface AdmissionRules {
  /**
   * Domains of people: of an e-mail address that the identity provider has verified, or the one that it vouches for itself (Google's hosted domain).
   * `corp.example` is that domain alone, `*.corp.example` each below it.
   */
  domains?: readonly string[]
  /** E-mail addresses, which the identity provider must have verified; capitals do not matter. */
  emails?: readonly string[]
  /** Identifiers of people as the identity provider has them (`sub`). */
  subjects?: readonly string[]
  /** Groups, of which the person must be in one. */
  groups?: readonly string[]
  /** Claims that the person must have, each with its value, or one of its values; of a claim that is a list, one item suffices. */
  claims?: Readonly<Record<string, string | readonly string[]>>
  /** Whoever has an account there: of a public identity provider that is everybody. */
  anybody?: true
}

/** Why somebody may not come in. */
export interface NotAdmitted {
  isAdmitted: false
  /** Which rule kept the person out, as a sentence for them and for the operator. It names what the rules ask for, and nothing of the person. */
  rule: string
  /** It is a rule about groups, and the identity provider did not tell them all: nobody knows. */
  isUncertain?: true
}

/** Whether the rules let a person in, whom the identity provider has just vouched for. */
export function admit(identity: Identity, rules: AdmissionRules): { isAdmitted: true } | NotAdmitted {
  const whyNot = whyNotNamed(identity, rules) ?? whyNotByClaims(identity, rules)
  if (whyNot !== undefined) return { isAdmitted: false, rule: whyNot }
  const whyNotByGroup = whyNotInGroups(identity, rules)
  if (whyNotByGroup === undefined) return { isAdmitted: true }
  const { groupsIncomplete } = identity
  if (groupsIncomplete === undefined) return { isAdmitted: false, rule: whyNotByGroup }
  return {
    isAdmitted: false,
    rule: `${whyNotByGroup} Not all groups are known: ${groupsIncomplete}.`,
    isUncertain: true,
  }
}

function whyNotNamed(identity: Identity, rules: AdmissionRules): string | undefined {
  const { domains = [], emails = [], subjects = [], groups = [], claims = {}, anybody } = rules
  const namesPeople = domains.length + emails.length + subjects.length > 0
  if (!namesPeople)
    return anybody === true || groups.length > 0 || Object.keys(claims).length > 0
      ? undefined
      : 'No rule lets anybody in.'
  if (subjects.includes(identity.subject)) return undefined
  if (emails.length + domains.length === 0) return 'Only people on a list may come in.'
  const { email, hostedDomain } = identity
  const address = email?.isVerified ? parseAddress(email.address) : undefined
  if (address !== undefined && emails.some((each) => each.toLowerCase() === address.text)) return undefined
  if ([address?.domain, hostedDomain?.toLowerCase()].some((domain) => isAmong(domain, domains))) return undefined
  const whose = [
    ...(domains.length === 0 ? [] : [`of ${domains.join(', ')}`]),
    ...(emails.length + subjects.length === 0 ? [] : ['on a list']),
  ].join(' or ')
  return email !== undefined && !email.isVerified
    ? `Only people ${whose} may come in, and the e-mail address is not verified there.`
    : `Only people ${whose} may come in.`
}

function whyNotInGroups(identity: Identity, { groups = [] }: AdmissionRules): string | undefined {
  if (groups.length === 0 || groups.some((group) => identity.groups.includes(group))) return undefined
  return groups.length === 1
    ? `Only people in the group "${groups[0]}" may come in.`
    : `Only people in one of the groups ${groups.map((group) => `"${group}"`).join(', ')} may come in.`
}

function whyNotByClaims(identity: Identity, { claims = {} }: AdmissionRules): string | undefined {
  const failing = Object.keys(claims).find((name) => {
    const wanted = [claims[name] ?? []].flat()
    const had = Object.hasOwn(identity.claims, name) ? [identity.claims[name]].flat() : []
    return !had.some((value) => isWanted(value, wanted))
  })
  return failing === undefined ? undefined : `Only people whose "${failing}" is as the rules say may come in.`
}

/** Configuration files write truth and numbers as text. */
function isWanted(value: unknown, wanted: readonly string[]): boolean {
  if (typeof value !== 'string' && typeof value !== 'boolean' && typeof value !== 'number') return false
  return wanted.includes(String(value))
}

function isAmong(domain: string | undefined, domains: readonly string[]): boolean {
  if (domain === undefined) return false
  return domains.some((each) => {
    const wanted = each.toLowerCase()
    return wanted.startsWith('*.')
      ? domain.endsWith(wanted.slice(1)) && domain.length >= wanted.length
      : domain === wanted
  })
}

/** An address in small letters, and its domain. What two programs could read differently, as a quoted part before the @ is, is none. */
function parseAddress(address: string): { text: string; domain: string } | undefined {
  const [, domain] = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)$/.exec(address) ?? []
  return domain === undefined ? undefined : { text: address.toLowerCase(), domain: domain.toLowerCase() }
}
