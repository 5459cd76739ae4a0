import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { mcpRequest, type Voice } from './requests.ts'

/** As whom the doctor asks, to see whether something in between treats clients apart. */
export const voices: readonly Voice[] = [
  undefined,
  'python-httpx/0.28.1',
  'Claude-User',
  'openai-mcp/1.0.0 (+https://openai.com/bot)',
  'Visual Studio Code/1.106.0',
  'codex-mcp-client/0.169.0',
  'node',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
]

export interface Heard {
  readonly voice: Voice
  readonly exchange: Exchange
}

/** What each voice was answered at the MCP URL. */
export function heard(evidence: Evidence): readonly Heard[] {
  return voices.flatMap((voice) => {
    const exchange = seen(evidence, mcpRequest(evidence.target, 'post_initialize', { voice }))
    return exchange === undefined ? [] : [{ voice, exchange }]
  })
}

export interface VoicesApart {
  readonly blocked: readonly Heard[]
  /** One that got through. */
  readonly other: Heard
}

/** The voices that are shut out while others are not; `undefined` where all are treated alike. */
export function voicesApart(evidence: Evidence): VoicesApart | undefined {
  const all = heard(evidence)
  const blocked = all.filter(({ exchange }) => isShutOut(exchange))
  const other = all.find(({ exchange }) => statusOf(exchange) !== undefined && !isShutOut(exchange))
  return blocked.length === 0 || other === undefined ? undefined : { blocked, other }
}

/** Whether a client of this `User-Agent` is shut out, as far as its product was asked for; edges look at products, not at versions. */
export function isShutOutAs(evidence: Evidence, userAgent: string): boolean {
  const blocked = voicesApart(evidence)?.blocked ?? []
  return blocked.some(({ voice }) => voice !== undefined && productOf(voice) === productOf(userAgent))
}

function productOf(userAgent: string): string {
  return userAgent.replace(/\/.*$/s, '').toLowerCase()
}

/** As edges shut out: a refusal, or the connection cut. A timeout or a limit of requests may be chance. */
function isShutOut(exchange: Exchange): boolean {
  const { outcome } = exchange
  if (outcome.kind === 'failure') return outcome.reason === 'connection_closed'
  return outcome.status === 403 || outcome.status === 406 || outcome.status === 503 || outcome.status >= 520
}
