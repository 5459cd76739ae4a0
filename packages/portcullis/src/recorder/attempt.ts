import type { AttemptRecord } from '../store/records.ts'

/** One attempt of a client to connect, with the id under which it is kept. */
export type Attempt = AttemptRecord & { readonly id: string }

/** One request of an attempt, and its answer. Never a query, a token, a code, a cookie, or what was typed. */
export interface Entry {
  /** When the request came, in milliseconds since the epoch. */
  at: number
  /** Milliseconds until it was answered. */
  took: number
  /** Stands on the lines of the log, and on error pages. */
  requestId: string
  method: string
  path: string
  /** 0: whoever asked left before the answer. */
  status: number
  /** Who asked: the client itself, or the browser of the person. */
  side: 'client' | 'person'
  agent?: string
  address?: string
  /** What happened with it, in its order. */
  steps: readonly Step[]
  /** The same came so many times more, the last time at `lastAt`. */
  repeats?: number
  lastAt?: number
}

/** What happened with a request. */
export interface Step {
  code: StepCode
  /** Why, or which kind: for machines. */
  reason?: string
  /** The same for people, where there is more to say. */
  detail?: string
}

/** The answers that matter to somebody who wants to connect; `steps.ts` says which event is which. */
export type StepCode =
  | 'challenged'
  | 'resource_metadata'
  | 'server_metadata'
  | 'metadata_missing'
  | 'elsewhere'
  | 'registered'
  | 'registration_refused'
  | 'pushed'
  | 'push_refused'
  | 'device_started'
  | 'device_refused'
  | 'user_code_refused'
  | 'document_failed'
  | 'client_keys_failed'
  | 'authorization_started'
  | 'authorization_refused'
  | 'sign_in_shown'
  | 'signed_in'
  | 'sign_in_refused'
  | 'identity_refused'
  | 'identity_unavailable'
  | 'consent_shown'
  | 'consented'
  | 'consent_skipped'
  | 'consent_denied'
  | 'claims_failed'
  | 'code_issued'
  | 'token_issued'
  | 'refreshed'
  | 'token_refused'
  | 'grant_ended'
  | 'token_rejected'
  | 'scope_insufficient'
  | 'call_denied'
  | 'called'
  | 'upstream_failed'
  | 'upstream_ended'
  | 'upstream_said'
  | 'unavailable'
  | 'host_rejected'
  | 'origin_rejected'
  | 'request_refused'
  | 'failed'

/** What cannot be told for certain of what belongs together. */
export type Doubt =
  /** Several attempts waited for a browser with this client, and it was taken for that of the latest. */
  | 'several_waiting'
  /** Several clients were under way at this network address. */
  | 'several_at_one_address'
  /** The same client identifier is used from several browsers. */
  | 'shared_client_id'
  /** Nobody looked for metadata before the browser came: it was known from before, or asked elsewhere. */
  | 'no_discovery'
  /** What was asked before may belong to another person of the same cloud service. */
  | 'shared_service'

/** What one attempt may hold: the rest is counted. */
export const mostEntries = 60
export const mostOfAKind = 6

/** Characters of what outsiders write. */
export function clip(text: string, most = 200): string {
  const harmless = text.replace(/[\p{Cc}\p{Cf}]/gu, '?')
  return harmless.length <= most ? harmless : `${harmless.slice(0, most - 1)}…`
}

/** `list` with `value` at its end, once, and no more than there is room for. */
export function withValue(list: readonly string[], value: string | undefined): readonly string[] {
  if (value === undefined || list.includes(value)) return list
  return [...list, value].slice(-mostOfAKind)
}
