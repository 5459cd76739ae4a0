import { printable } from '../protocol/parameters.ts'
import { sameIdentifier } from '../protocol/resource.ts'
import type { ResolvedIssuer } from '../resource-server/trusted-issuer.ts'
import type { ClientNeeds, RegistrationWay } from './client-needs.ts'
import type { ResolvedCheck } from './config.ts'
import type { IssuerEvidence } from './look-at-issuer.ts'

/** Something that an issuer lacks. */
export interface IssuerFinding {
  code:
    | 'metadata_unreachable'
    | 'wrong_issuer'
    | 'metadata_where_clients_do_not_look'
    | 'keys_unreachable'
    | 'no_usable_key'
    | 'no_registration'
    | 'no_s256'
    | 'resource_refused'
    | 'resource_ignored'
    | 'scope_not_offered'
  /** `error`: somebody cannot sign in; `warning`: somebody has to do something by hand; `note`: it works once it is set up. */
  severity: 'error' | 'warning' | 'note'
  /** What was seen: a sentence. */
  message: string
  /** What to do: a sentence. */
  fix: string
  /** The known clients that it stops, by name. Empty where it is all of them, or none is known. */
  clients: readonly string[]
}

type Metadata = Readonly<Record<string, unknown>>

/** Everything that can be told from outside, the gravest first. */
export function judgeIssuer(evidence: IssuerEvidence, judgement: ResolvedCheck): readonly IssuerFinding[] {
  const { trusted } = judgement
  const found = evidence.places.filter(({ document }) => document !== undefined)
  const metadata = found.find(({ document }) => names(document, trusted.issuer))?.document
  if (metadata === undefined) return [found.length === 0 ? unreachable(evidence, trusted) : otherIssuer(found, trusted)]
  const findings = [
    ...keyFindings(evidence, judgement),
    ...placeFindings(evidence, judgement),
    ...registrationFindings(metadata, judgement),
    ...pkceFindings(metadata, judgement),
    ...resourceFindings(judgement),
    ...scopeFindings(metadata, judgement),
  ]
  return findings.toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}

const severities: readonly IssuerFinding['severity'][] = ['error', 'warning', 'note']

function names(document: Metadata | undefined, issuer: string): boolean {
  return typeof document?.issuer === 'string' && sameIdentifier(document.issuer, issuer)
}

function unreachable({ places }: IssuerEvidence, { issuer }: ResolvedIssuer): IssuerFinding {
  const seen = places.map(({ url, failure = 'nothing there' }) => `${url}: ${failure}`)
  return {
    code: 'metadata_unreachable',
    severity: 'error',
    message: `No metadata of ${issuer} can be had (${[...new Set(seen)].join('; ')})`,
    fix: 'Look whether the issuer is written as its console shows it, and whether this machine reaches it',
    clients: [],
  }
}

function otherIssuer(found: IssuerEvidence['places'], { issuer }: ResolvedIssuer): IssuerFinding {
  const [first] = found
  const named = printable(String(first?.document?.issuer), 200)
  return {
    code: 'wrong_issuer',
    severity: 'error',
    message: `The metadata at ${first?.url} is of the issuer "${named}", and configured is "${issuer}"`,
    fix: `Set "issuer" to "${named}" if that is the one you mean: its tokens and metadata must name it letter by letter`,
    clients: [],
  }
}

function keyFindings({ keys }: IssuerEvidence, { trusted }: ResolvedCheck): readonly IssuerFinding[] {
  const finding = { severity: 'error', clients: [] } as const
  if (keys === undefined || 'failure' in keys) {
    if (trusted.introspection !== undefined) return [] // it may have none
    const why = keys === undefined ? 'its metadata name none' : keys.failure
    const fix = 'Look whether this machine reaches them; where its metadata name a wrong place, set "jwksUri"'
    return [
      { ...finding, code: 'keys_unreachable', message: `The keys of ${trusted.issuer} cannot be had: ${why}`, fix },
    ]
  }
  if (keys.keys.some((key) => isUsable(key, trusted))) return []
  const message = `None of the keys of ${trusted.issuer} is one for ${trusted.algorithms.join(', ')}`
  const fix = 'Have it sign with an asymmetric key: RS256 or ES256 will do'
  return [{ ...finding, code: 'no_usable_key', message, fix }]
}

function isUsable({ kty, use, alg }: Record<string, unknown>, { algorithms }: ResolvedIssuer): boolean {
  if (use !== undefined && use !== 'sig') return false
  if (typeof alg === 'string') return algorithms.some((each) => each === alg)
  const families: Record<string, RegExp> = { RSA: /^[RP]S/, EC: /^ES/, OKP: /^Ed/ }
  const family = typeof kty === 'string' && Object.hasOwn(families, kty) ? families[kty] : undefined
  return family !== undefined && algorithms.some((each) => family.test(each))
}

function placeFindings({ places }: IssuerEvidence, judgement: ResolvedCheck): readonly IssuerFinding[] {
  const { trusted, knownClients, mirrorMetadata } = judgement
  const there = places.filter(({ document }) => names(document, trusted.issuer))
  const found = new Set<string>(there.map(({ name }) => name))
  if (mirrorMetadata) for (const name of ['oauth_at_mcp_host', 'oauth_at_root', 'openid_at_root']) found.add(name)
  const lost = knownClients.filter(({ looksAt }) => looksAt !== undefined && !looksAt.some((place) => found.has(place)))
  if (lost.length === 0) return []
  return [
    {
      code: 'metadata_where_clients_do_not_look',
      severity: 'error',
      message: `The metadata of ${trusted.issuer} are at ${there.map(({ url }) => url).join(' and ')} alone, where ${listed(lost)} do not look`,
      fix: 'Nothing can be done here for clients that follow the issuer; let Portcullis be the authorization server in front of it',
      clients: lost.map(({ name }) => name),
    },
  ]
}

function registrationFindings(metadata: Metadata, { trusted, knownClients }: ResolvedCheck): readonly IssuerFinding[] {
  const { advice } = trusted
  const isOpen = typeof metadata.registration_endpoint === 'string' && advice?.registersAnybody !== false
  const offered: readonly RegistrationWay[] = [
    ...(isOpen ? (['dynamic'] as const) : []),
    ...(metadata.client_id_metadata_document_supported === true ? (['client_metadata_document'] as const) : []),
  ]
  const registers = ({ registersBy }: ClientNeeds) => registersBy?.some((way) => offered.includes(way)) ?? true
  const stopped = knownClients.filter((client) => !registers(client))
  if (stopped.length === 0 && offered.length > 0) return []
  const byHand = stopped.filter(({ registersBy }) => registersBy?.includes('static'))
  const never = stopped.filter((client) => !byHand.includes(client))
  const lacks =
    offered.length === 0
      ? 'neither registers clients nor takes client metadata documents'
      : `takes clients by ${offered.join(' and ').replaceAll('_', ' ')} alone`
  const told = [
    never.length > 0 ? `${listed(never)} cannot connect` : '',
    byHand.length > 0 ? `people have to type a client ID into ${listed(byHand)}` : '',
  ].filter((part) => part !== '')
  return [
    {
      code: 'no_registration',
      severity: never.length > 0 || knownClients.length === 0 ? 'error' : 'warning',
      message: `${trusted.issuer} ${lacks}${told.length > 0 ? `: ${told.join(', and ')}` : ''}`,
      fix:
        advice?.registration ??
        'Switch on registration (RFC 7591) or client ID metadata documents at the issuer, or let Portcullis be the authorization server in front of it',
      clients: stopped.map(({ name }) => name),
    },
  ]
}

function pkceFindings(metadata: Metadata, { trusted, knownClients }: ResolvedCheck): readonly IssuerFinding[] {
  const methods: unknown = metadata.code_challenge_methods_supported
  if (Array.isArray(methods) && methods.includes('S256')) return []
  const isSilent = methods === undefined
  const stopped = knownClients.filter(
    ({ needsS256 }) => needsS256 === 'always' || (!isSilent && needsS256 === 'if_present'),
  )
  return [
    {
      code: 'no_s256',
      severity: stopped.length > 0 || knownClients.length === 0 ? 'error' : 'note',
      message: `The metadata of ${trusted.issuer} do not offer S256 (PKCE)${stopped.length > 0 ? `, without which ${listed(stopped)} stop` : ''}`,
      fix:
        trusted.advice?.pkce ??
        'Switch PKCE with S256 on at the issuer; where it has it and does not say so, let Portcullis be the authorization server in front of it',
      clients: stopped.map(({ name }) => name),
    },
  ]
}

function resourceFindings({ trusted: { issuer, advice }, knownClients }: ResolvedCheck): readonly IssuerFinding[] {
  const senders = knownClients.filter(({ sendsResource }) => sendsResource === true)
  const clients = senders.map(({ name }) => name)
  if (advice?.resourceParameter === 'refused')
    return [
      {
        code: 'resource_refused',
        severity: 'error',
        message: `${advice.vendor} (${issuer}) refuses requests with "resource"${senders.length > 0 ? `, which ${listed(senders)} send` : ', which MCP has clients send'}`,
        fix: `Let Portcullis be the authorization server in front of ${advice.vendor}`,
        clients,
      },
    ]
  if (advice?.resourceParameter !== 'ignored') return []
  const message = `${advice.vendor} (${issuer}) does not look at "resource" as it comes: the audience of its tokens is a setting`
  return [{ code: 'resource_ignored', severity: 'note', message, fix: advice.audience, clients: [] }]
}

function scopeFindings(metadata: Metadata, { trusted, scopes }: ResolvedCheck): readonly IssuerFinding[] {
  const offered: unknown = metadata.scopes_supported
  if (!Array.isArray(offered)) return []
  const missing = scopes.filter((scope) => !offered.includes(scope))
  if (missing.length === 0) return []
  const message = `The metadata of ${trusted.issuer} do not name the scope ${missing.join(', ')}, which clients are told to ask for`
  const fix =
    'Add it at the issuer, or take it out of "scopes": an issuer that does not know a scope may refuse the whole request'
  return [{ code: 'scope_not_offered', severity: 'warning', message, fix, clients: [] }]
}

function listed(clients: readonly ClientNeeds[]): string {
  return clients.map(({ name }) => name).join(', ')
}
