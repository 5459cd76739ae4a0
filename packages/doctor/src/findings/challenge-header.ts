import { type Challenge, originOf } from '@portcullis/auth/protocol'
import type { Evidence } from '../evidence/evidence.ts'
import { type Exchange, headerOf, statusOf } from '../evidence/exchange.ts'
import { readChallenge } from '../evidence/read-challenge.ts'
import { resourceMetadataPlaces } from '../probes/places.ts'
import { isWebUrl, resourceDocument, resourcePlaces } from '../probes/resource-documents.ts'
import { serverDocuments } from '../probes/server-documents.ts'
import { type Finding, finding } from './finding.ts'
import { beginningOf, foundIn } from './look.ts'

/** What is wrong with the `WWW-Authenticate` of a 401 (RFC 6750 §3, RFC 9728 §5.1). */
export function findInChallengeHeader(evidence: Evidence, first: Exchange): readonly Finding[] {
  const value = headerOf(first, 'www-authenticate')
  if (value === undefined) return [wantsKey(evidence, first) ?? missing(first)]
  const challenge = readChallenge(first)
  if (challenge === undefined) {
    const isBearer = /(^|[\s,])bearer\b/i.test(value)
    return [
      isBearer
        ? finding('challenge_malformed', { value }, first)
        : finding('challenge_not_bearer', { value, says: undefined, isEverywhere: isEverywhere(evidence) }, first),
    ]
  }
  return [
    ...behindAnother(value, first),
    ...pointer(evidence, challenge, value, first),
    ...errorWithoutToken(challenge, first),
    ...offlineAccess(challenge, first),
    ...scopesMany(challenge, first),
  ]
}

/** Some say in words alone that they want a key, where nothing speaks of OAuth. */
function wantsKey(evidence: Evidence, first: Exchange): Finding | undefined {
  if (resourceDocument(evidence) !== undefined || serverDocuments(evidence).length > 0) return undefined
  const says = beginningOf(first)
  const isKey = /\bapi[ _-]?key\b/i.test(says)
  return isKey
    ? finding('challenge_not_bearer', { value: '', says, isEverywhere: isEverywhere(evidence) }, first)
    : undefined
}

function isEverywhere(evidence: Evidence): boolean {
  const asked = resourcePlaces(evidence).filter(({ place }) => place !== 'suffix')
  return asked.length > 0 && asked.every(({ exchange }) => statusOf(exchange) === 401)
}

function missing(first: Exchange): Finding {
  const status = statusOf(first) ?? 0
  const { outcome } = first
  const renamed = outcome.kind === 'answer' && outcome.headers.find(([name]) => /.www-authenticate$/.test(name))
  if (!renamed) return finding('challenge_missing', { status }, first)
  const [header, value] = renamed
  return finding('challenge_renamed', { header, value }, first)
}

function behindAnother(value: string, first: Exchange): readonly Finding[] {
  const scheme = /^\s*([^\s,]+)/.exec(value)?.[1] ?? ''
  return scheme.toLowerCase() === 'bearer' ? [] : [finding('challenge_behind_another', { value, scheme }, first)]
}

function pointer(evidence: Evidence, challenge: Challenge, value: string, first: Exchange): readonly Finding[] {
  const url = challenge.resourceMetadata
  if (url === undefined) return [finding('challenge_without_pointer', { value }, first)]
  if (!isWebUrl(url)) return [finding('pointer_not_absolute', { value: url }, first)]
  const there = resourcePlaces(evidence).find(({ place }) => place === 'pointer')
  const answer = there?.exchange
  const expected = resourceMetadataPlaces(evidence.target).path
  const isElsewhere = originOf(url) !== originOf(evidence.target)
  const found = answer === undefined ? 'not_asked' : foundIn(answer)
  return [
    ...(isElsewhere ? [finding('pointer_to_other_origin', { pointer: url, expected, found }, first, answer)] : []),
    ...(answer !== undefined && leadsNowhere(answer)
      ? [finding('pointer_leads_nowhere', { pointer: url, found }, answer, first)]
      : []),
  ]
}

/** A page, a refusal or other JSON there is told where the documents are judged. */
function leadsNowhere({ outcome }: Exchange): boolean {
  if (outcome.kind === 'failure') return outcome.reason !== 'not_asked'
  const { status } = outcome
  return status !== 200 && status !== 401 && status !== 403 && status !== 429
}

function errorWithoutToken(challenge: Challenge, first: Exchange): readonly Finding[] {
  return challenge.error === undefined ? [] : [finding('error_code_without_token', { error: challenge.error }, first)]
}

/** People read them all on the consent page. */
const manyScopes = 20

function scopesMany({ scope }: Challenge, first: Exchange): readonly Finding[] {
  const count = new Set(scope?.split(' ')).size
  return count < manyScopes ? [] : [finding('challenge_scopes_many', { count }, first)]
}

function offlineAccess({ scope }: Challenge, first: Exchange): readonly Finding[] {
  const asks = scope?.split(' ').includes('offline_access') ?? false
  return scope !== undefined && asks ? [finding('scope_asks_offline_access', { scope }, first)] : []
}
