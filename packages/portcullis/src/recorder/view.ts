import type { Attempt, Doubt, Entry, StepCode } from './attempt.ts'
import { type Case, caseOf, type ServerFacts } from './case.ts'
import type { Recognised } from './recognise.ts'
import { type Verdict, verdictOf } from './verdict.ts'
import { meaningOf } from './words.ts'

/** One attempt as it is shown: everything that a page, a terminal or a program needs of it, in words. Times are milliseconds since the epoch. */
export interface AttemptView {
  id: string
  startedAt: number
  changedAt: number
  connectedAt?: number
  client: ClientView
  /** Of several servers the one that it connects to, where that could be told. */
  server?: { name: string; publicUrl: string }
  /** Who signed in, where somebody did. */
  person?: { subject: string; userName?: string }
  verdict: Verdict
  timeline: readonly TimelineEntry[]
  /** Entries in the middle that there was no room for. */
  omitted: number
  /** What comes next; absent where nothing is waited for. */
  next?: NextView
  /** What is not certain of what belongs together, each a sentence. */
  doubts: readonly string[]
  /** The attempt before it of the same client. */
  follows?: string
}

export interface ClientView {
  /** Of its profile in `@portcullis/clients`. */
  profile?: string
  /** How it is called: by its makers, or else as it calls itself. */
  name: string
  sureness: Recognised['sureness']
  /** What tells, in words. */
  by: readonly string[]
  /** Which others it may be. */
  others: readonly string[]
  /** As it claims. */
  claimedName?: string
  clientIds: readonly string[]
  agents: readonly string[]
  addresses: readonly string[]
  redirectUris: readonly string[]
}

export interface TimelineEntry {
  at: number
  took: number
  side: Entry['side']
  /** Of the request: the log and error pages name it. */
  requestId: string
  request: string
  /** 0: whoever asked left before the answer. */
  status: number
  steps: readonly StepCode[]
  /** What it means, each a sentence. */
  meaning: readonly string[]
  agent?: string
  address?: string
  repeats?: number
  lastAt?: number
}

export interface NextView {
  who: 'client' | 'person'
  /** Goes on from "Next, …", or from "This did not come: …". */
  what: string
  /** Seconds that it takes at the most. */
  within: number
  /** Seconds since it is waited for. */
  waited: number
  /** It should have come by now. */
  isOverdue: boolean
}

export interface ViewContext {
  /** Milliseconds since the epoch. */
  now: number
  servers: readonly [ServerFacts, ...ServerFacts[]]
  /** How the person is called who signed in. */
  userName?: string | undefined
}

export function viewOf(attempt: Attempt, context: ViewContext): AttemptView {
  const given = caseOf(attempt, context)
  const { id, startedAt, changedAt, connectedAt, subject, follows, omitted } = attempt
  const { userName } = context
  return {
    id,
    startedAt,
    changedAt,
    ...(connectedAt !== undefined && { connectedAt }),
    client: clientView(given),
    ...(attempt.server === given.server.publicUrl && {
      server: { name: given.server.name, publicUrl: given.server.publicUrl },
    }),
    ...(subject !== undefined && { person: { subject, ...(userName !== undefined && { userName }) } }),
    verdict: verdictOf(given),
    timeline: attempt.entries.map(timelineEntry),
    omitted,
    ...(given.next !== undefined && {
      next: { ...given.next, waited: Math.round(given.waited), isOverdue: given.isOverdue },
    }),
    doubts: attempt.doubts.map((doubt) => doubtWords[doubt]),
    ...(follows !== undefined && { follows }),
  }
}

function clientView({ attempt, client, name }: Case): ClientView {
  const { clientName, clientIds, agents, addresses, redirectUris } = attempt
  return {
    ...(client.profile !== undefined && { profile: client.profile.id }),
    name: client.profile === undefined ? (clientName ?? 'Unknown client') : name,
    sureness: client.sureness,
    by: client.by,
    others: client.others,
    ...(clientName !== undefined && { claimedName: clientName }),
    clientIds,
    agents,
    addresses,
    redirectUris,
  }
}

function timelineEntry({ at, took, side, requestId, method, path, status, steps, ...more }: Entry): TimelineEntry {
  const { agent, address, repeats, lastAt } = more
  return {
    at,
    took,
    side,
    requestId,
    request: `${method} ${path}`,
    status,
    steps: steps.map(({ code }) => code),
    meaning: steps.map(meaningOf),
    ...(agent !== undefined && { agent }),
    ...(address !== undefined && { address }),
    ...(repeats !== undefined && { repeats }),
    ...(lastAt !== undefined && { lastAt }),
  }
}

const doubtWords: Readonly<Record<Doubt, string>> = {
  several_waiting: 'Several attempts with this client waited for a browser; it was taken for that of the latest.',
  several_at_one_address:
    'Several clients were under way at this network address; requests that name none may belong to another.',
  shared_client_id:
    'The same client identifier is used from several browsers, so that this one has a timeline of its own.',
  no_discovery:
    'Nobody looked for metadata just before: the client knew the way, or its requests belong to another attempt.',
  shared_service:
    'Several people used this cloud service at once; what was asked before the browser came may belong to another of them.',
}
