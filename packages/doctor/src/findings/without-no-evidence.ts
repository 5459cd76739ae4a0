import type { Evidence } from '../evidence/evidence.ts'
import { type Exchange, noEvidenceIn, type ProbeRequest } from '../evidence/exchange.ts'
import { mcpRequest } from '../probes/requests.ts'
import type { Finding, FindingCode } from './finding.ts'

/** The evidence without what says nothing of the server: a 429, or what the doctor's own time was too short for, was as good as not asked. */
export function withoutNoEvidence(evidence: Evidence): Evidence {
  return { ...evidence, exchanges: evidence.exchanges.map(asNotAsked) }
}

function asNotAsked(exchange: Exchange): Exchange {
  const why = noEvidenceIn(exchange)
  return why === undefined ? exchange : { ...exchange, outcome: { kind: 'failure', reason: 'not_asked', detail: why } }
}

/** What is missing may stand where nobody could look. */
export function withoutAbsences(findings: readonly Finding[], evidence: Evidence): readonly Finding[] {
  const isAllSeen = evidence.exchanges.every(
    (exchange) => noEvidenceIn(exchange) === undefined || isOnlyAVoice(exchange.request, evidence),
  )
  return isAllSeen ? findings : findings.filter(({ code }) => !absences.has(code))
}

const absences: ReadonlySet<FindingCode> = new Set([
  'open_server',
  'mcp_url_not_found',
  'resource_metadata_missing',
  'resource_metadata_at_root_only',
  'resource_metadata_at_path_only',
  'authorization_server_unreachable',
  'authorization_server_metadata_missing',
  'authorization_server_metadata_elsewhere',
  'registration_elsewhere',
  'no_aliases_at_root',
])

/** What is asked in the voice of another was asked before: it shows whom the server treats apart, and no absence. */
function isOnlyAVoice({ headers }: ProbeRequest, { as, target }: Evidence): boolean {
  const own = mcpRequest(target, 'get')
  return headers['user-agent'] !== (as?.(own) ?? own).headers['user-agent']
}
