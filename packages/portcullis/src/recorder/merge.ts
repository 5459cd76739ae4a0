import { bounded, connectedSince } from './append.ts'
import { type Attempt, type Entry, mostOfAKind } from './attempt.ts'
import { areOfStranger, clientWindow, personWindow } from './place.ts'
import { familyOf, mayBeOne } from './user-agents.ts'

/**
 * Whether what two processes saw is one attempt: they share a grant or an authorization request, or the client identifier where nothing speaks against it, or one
 * only looked for metadata from where the other came.
 */
export function areOne(one: Attempt, other: Attempt): boolean {
  if (areProvedOne(one, other)) return true
  if (one.server !== undefined && other.server !== undefined && one.server !== other.server) return false
  if (one.grantIds.length > 0 && other.grantIds.length > 0) return false
  if (one.browsers.length > 0 && other.browsers.length > 0 && !shares(one.browsers, other.browsers)) return false
  const apart = Math.max(one.startedAt, other.startedAt) - Math.min(one.changedAt, other.changedAt)
  if (areOfStranger(one.entries, one.network, other) || areOfStranger(other.entries, other.network, one)) return false
  if (shares(one.clientIds, other.clientIds)) return apart <= personWindow
  const isNear = one.network !== undefined && one.network === other.network && apart <= clientWindow
  const isOpen = one.connectedAt === undefined && other.connectedAt === undefined
  return isNear && isOpen && speakAlike(one, other) && (leadsTo(one, other) || leadsTo(other, one))
}

/** Whether a grant or an authorization request proves that they are one. */
export function areProvedOne(one: Attempt, other: Attempt): boolean {
  return shares(one.grantIds, other.grantIds) || shares(one.requests, other.requests)
}

/** Whether one is no more than the search for metadata, and began before the other's browser arrived. */
function leadsTo(search: Attempt, { entries }: Attempt): boolean {
  const arrived = entries.find(({ side }) => side === 'person')?.at ?? Number.POSITIVE_INFINITY
  return search.clientIds.length === 0 && search.browsers.length === 0 && search.startedAt <= arrived
}

function speakAlike(one: Attempt, other: Attempt): boolean {
  return one.agents.every((agent) => other.agents.every((name) => mayBeOne(familyOf(agent), familyOf(name))))
}

/** Both in one, under the id of the earlier: whichever process does it, the outcome is the same. */
export function merge(one: Attempt, other: Attempt): Attempt {
  const [first, second] =
    one.startedAt < other.startedAt || (one.startedAt === other.startedAt && one.id > other.id)
      ? [one, other]
      : [other, one]
  const union = (name: 'browsers' | 'requests' | 'clientIds' | 'grantIds' | 'agents' | 'addresses' | 'redirectUris') =>
    [...new Set([...first[name], ...second[name]])].slice(-mostOfAKind)
  const known = bounded(entriesOf(first.entries, second.entries), Math.max(first.omitted, second.omitted))
  const [before, after] = first.changedAt <= second.changedAt ? [first, second] : [second, first]
  const { connectedAt, ...latest } = { ...before, ...after }
  return {
    ...latest,
    id: first.id,
    startedAt: first.startedAt,
    browsers: union('browsers'),
    requests: union('requests'),
    clientIds: union('clientIds'),
    grantIds: union('grantIds'),
    agents: union('agents'),
    addresses: union('addresses'),
    redirectUris: union('redirectUris'),
    doubts: [...new Set([...first.doubts, ...second.doubts])],
    ...known,
    ...connectedSince(connectedAt ?? after.changedAt, { ...latest, ...known }),
  }
}

/** Each request once, with the most that is known of its repetitions. */
function entriesOf(one: readonly Entry[], other: readonly Entry[]): Entry[] {
  const byRequest = new Map<string, Entry>()
  for (const entry of [...one, ...other]) {
    const known = byRequest.get(entry.requestId)
    if (known === undefined || (entry.repeats ?? 0) > (known.repeats ?? 0)) byRequest.set(entry.requestId, entry)
  }
  return [...byRequest.values()].sort((first, second) => first.at - second.at)
}

function shares(one: readonly string[], other: readonly string[]): boolean {
  return one.some((value) => other.includes(value))
}
