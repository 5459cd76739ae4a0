import { type Attempt, clip, type Doubt, type Entry, mostEntries, mostOfAKind, withValue } from './attempt.ts'
import type { Observation } from './observation.ts'
import { storyOf } from './story.ts'

/** An attempt that begins with this request. */
export function begin(id: string, seen: Observation, follows?: string): Attempt {
  const empty: Attempt = {
    id,
    startedAt: seen.at,
    changedAt: seen.at,
    browsers: [],
    requests: [],
    clientIds: [],
    grantIds: [],
    agents: [],
    addresses: [],
    redirectUris: [],
    doubts: [],
    entries: [],
    omitted: 0,
    ...(follows !== undefined && { follows }),
  }
  return append(empty, seen)
}

/** The attempt with one more request. It never grows beyond its bounds: what repeats is counted, and the middle is left out. */
export function append(
  attempt: Attempt,
  seen: Observation,
  { doubts = [], follows }: { doubts?: readonly Doubt[]; follows?: string | undefined } = {},
): Attempt {
  const { grantId, clientId, subject, resource, server, clientName, request } = seen
  const isClient = seen.side === 'client'
  const { connectedAt, ...before } = attempt
  const known = bounded(withEntry(attempt.entries, entryOf(seen)), attempt.omitted)
  return {
    ...before,
    changedAt: Math.max(attempt.changedAt, seen.at + seen.took),
    ...(isClient && attempt.network === undefined && { network: seen.network }),
    browsers: withValue(attempt.browsers, seen.browser),
    requests: withValue(attempt.requests, request),
    clientIds: withValue(attempt.clientIds, clientId),
    grantIds: withValue(attempt.grantIds, grantId),
    agents: isClient ? withValue(attempt.agents, seen.agent) : attempt.agents,
    addresses: isClient ? withValue(attempt.addresses, seen.address) : attempt.addresses,
    redirectUris: (seen.redirectUris ?? []).reduce(withValue, attempt.redirectUris),
    ...(clientName !== undefined && { clientName: clip(clientName, 100) }),
    ...(subject !== undefined && { subject }),
    ...(resource !== undefined && { resource: clip(resource, 300) }),
    ...(server !== undefined && { server }),
    ...(follows !== undefined && { follows }),
    doubts: [...new Set([...attempt.doubts, ...doubts])].slice(0, mostOfAKind),
    ...known,
    ...connectedSince(connectedAt ?? seen.at + seen.took, { ...before, ...known }),
  }
}

/** Since when it is connected, if it is: what worked and is in trouble waits again. */
export function connectedSince(
  at: number,
  attempt: Pick<Attempt, 'entries' | 'startedAt'>,
): Pick<Attempt, 'connectedAt'> {
  const { stage, failure } = storyOf(attempt)
  return stage === 'connected' && failure === undefined ? { connectedAt: at } : {}
}

function entryOf({ at, took, requestId, method, path, status, side, agent, address, steps }: Observation): Entry {
  return {
    at,
    took,
    requestId,
    method,
    path,
    status,
    side,
    ...(agent !== undefined && { agent }),
    ...(address !== undefined && { address }),
    steps: steps.slice(0, 8),
  }
}

function withEntry(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const last = entries.at(-1)
  if (last === undefined || !isSame(last, entry)) return byTime([...entries, entry])
  return [...entries.slice(0, -1), { ...last, repeats: (last.repeats ?? 0) + 1, lastAt: entry.at }]
}

/** Requests are told when they are answered; a slow one may have come before one that was told already. */
function byTime(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((one, other) => one.at - other.at)
}

function isSame(one: Entry, other: Entry): boolean {
  return (
    one.method === other.method &&
    one.path === other.path &&
    one.status === other.status &&
    one.agent === other.agent &&
    one.address === other.address &&
    JSON.stringify(one.steps) === JSON.stringify(other.steps)
  )
}

/** How it began and how it ended tell most. */
export function bounded(entries: readonly Entry[], omitted: number): Pick<Attempt, 'entries' | 'omitted'> {
  const surplus = entries.length - mostEntries
  if (surplus <= 0) return { entries, omitted }
  const head = mostEntries / 3
  return { entries: [...entries.slice(0, head), ...entries.slice(head + surplus)], omitted: omitted + surplus }
}
