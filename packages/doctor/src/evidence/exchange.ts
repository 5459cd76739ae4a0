/** One request and what came of it: the only thing that the doctor believes. */
export interface Exchange {
  /** Counts from 1, in the order of sending. */
  readonly id: number
  readonly request: ProbeRequest
  readonly outcome: Outcome
  readonly milliseconds: number
}

/** A request that creates nothing at the other side. */
export interface ProbeRequest {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'DELETE'
  /** Absolute. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export type Outcome = Answer | Failure

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  /** As they came, repeated ones apart; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** Its beginning, as UTF-8; at most 64 KiB of it. */
  readonly body: string
  /** Whether `body` is all of it. A stream of events that stays open is not waited for. */
  readonly isWhole: boolean
  /** All addresses that the name of the host leads to, where there was a resolver to ask. */
  readonly addresses?: readonly string[]
}

export interface Failure {
  readonly kind: 'failure'
  readonly reason: FailureReason
  /** For people: what the network said. */
  readonly detail: string
  readonly addresses?: readonly string[]
}

export type FailureReason =
  | 'name_not_found'
  | 'connection_refused'
  | 'connection_closed'
  | 'certificate'
  | 'tls'
  /** TLS was spoken to what speaks http alone. */
  | 'speaks_http'
  /** TLS of a version that clients no longer speak. */
  | 'old_tls'
  | 'timed_out'
  /** A special-use address that the URL given does not itself lead to (law 8). */
  | 'address_refused'
  /** No URL that can be asked: another scheme, a malformed one. */
  | 'url_refused'
  | 'malformed_answer'
  /** The doctor's own time was over before the answer came: it says nothing of the server. */
  | 'out_of_time'
  /** The body is not packed as `Content-Encoding` says. */
  | 'wrong_encoding'
  /** The doctor had asked enough. */
  | 'not_asked'

/** Whether every other request to that origin would meet the same. */
export function isFinal(outcome: Outcome): boolean {
  return outcome.kind === 'failure' && final.has(outcome.reason)
}

const final: ReadonlySet<FailureReason> = new Set([
  'name_not_found',
  'connection_refused',
  'certificate',
  'tls',
  'speaks_http',
  'old_tls',
  'address_refused',
  'url_refused',
  'not_asked',
])

/** The value of a header; several of one name joined as RFC 9110 §5.3 has it. */
export function headerOf({ outcome }: Exchange, name: string): string | undefined {
  if (outcome.kind !== 'answer') return undefined
  const values = outcome.headers.filter(([candidate]) => candidate === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** The status of the answer; `undefined` where there was none. */
export function statusOf({ outcome }: Exchange): number | undefined {
  return outcome.kind === 'answer' ? outcome.status : undefined
}

/** Why an exchange says nothing of the server: it asked for a pause, or the doctor's own limits were reached. `undefined` where it does say something. */
export function noEvidenceIn({ outcome }: Exchange): 'rate_limited' | 'out_of_time' | undefined {
  if (outcome.kind === 'answer') return outcome.status === 429 ? 'rate_limited' : undefined
  return outcome.reason === 'out_of_time' ? 'out_of_time' : undefined
}
