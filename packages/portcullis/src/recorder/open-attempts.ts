import { append, begin } from './append.ts'
import type { Attempt } from './attempt.ts'
import { createDoctorRequests } from './doctor-requests.ts'
import { createAttemptId } from './keep.ts'
import { networkOf } from './network.ts'
import type { Observation } from './observation.ts'
import { place } from './place.ts'
import { isWorthKeeping } from './worth-keeping.ts'

/** The attempts that are under way, as this process saw them. Bounded, whoever asks how often. */
export interface OpenAttempts {
  /** Puts a request where it belongs; `undefined` where it belongs to no attempt. */
  add(seen: Observation): Attempt | undefined
  get(id: string): Attempt | undefined
  has(id: string): boolean
  ids(): readonly string[]
  /** Takes one that was read, or that has become part of another. */
  set(attempt: Attempt): void
  delete(id: string): void
  /** A client at that network renewed its token: that its last one had expired is nothing to remember. */
  renewed(network: string): void
  /** Forgets those in which nothing happens any more. */
  forget(now: number): void
}

const mostOpen = 300
/** Of one network address: clients that pose as many make few. */
const mostOfNetwork = 10
/** Of the browsers of one network, while nobody signs in. */
const mostBrowsers = 50
/** Milliseconds without a request after which an attempt is remembered by the store alone. */
const idle = 60 * 60_000
const idleConnected = 3 * 60_000

export function createOpenAttempts(): OpenAttempts {
  /** The one that changed last stands last. */
  const open = new Map<string, Attempt>()
  const doctor = createDoctorRequests()

  function set(attempt: Attempt): void {
    open.delete(attempt.id)
    open.set(attempt.id, attempt)
    if (open.size <= mostOpen) return
    const [least] = leastFirst([...open.values()])
    if (least !== undefined) open.delete(least.id)
  }

  return {
    add(seen) {
      if (doctor.has(seen)) return undefined
      const latestFirst = [...open.values()].reverse()
      const placed = place(seen, latestFirst)
      if (placed.to === 'none' || (placed.to === 'new' && isOneTooMany(seen, latestFirst))) return undefined
      const near = latestFirst.filter(({ network }) => network === seen.network)
      const [last] = near
      // No person and no client identifier speaks for it: it is not worth a place of its own without end.
      const isSurplus = placed.to === 'new' && near.length >= mostOfNetwork && seen.side === 'client'
      const to = isSurplus ? last : placed.to === 'new' ? undefined : placed.to
      const { doubts, follows } = placed
      const attempt =
        to === undefined
          ? { ...begin(createAttemptId(seen.at), seen, follows), doubts }
          : append(to, seen, isSurplus ? { doubts: ['several_at_one_address'] } : { doubts, follows })
      set(attempt)
      return attempt
    },
    get: (id) => open.get(id),
    has: (id) => open.has(id),
    ids: () => [...open.keys()],
    set,
    delete: (id) => void open.delete(id),
    renewed(network) {
      for (const attempt of open.values())
        if (attempt.network === network && !isWorthKeeping(attempt)) open.delete(attempt.id)
    },
    forget(now) {
      for (const { id, changedAt, connectedAt } of open.values())
        if (now - changedAt > (connectedAt === undefined ? idle : idleConnected)) open.delete(id)
    },
  }
}

/** Browsers that begin attempts from one network, and in which nobody signs in: they need but a link, and a name that they call themselves by. */
function isOneTooMany({ side, subject, network }: Observation, open: readonly Attempt[]): boolean {
  if (side !== 'person' || subject !== undefined) return false
  const alike = open.filter(({ subject, entries: [first] }) => {
    const isOfPerson = subject === undefined && first?.side === 'person'
    return isOfPerson && networkOf(first.address, first.agent) === network
  })
  return alike.length >= mostBrowsers
}

/** Those that go first where there is no room: the less it takes to make one the sooner, and of equal ones the earliest in the list. */
export function leastFirst<Of extends Worth>(attempts: readonly Of[]): Of[] {
  return [0, 1, 2].flatMap((worth) => attempts.filter((attempt) => worthOf(attempt) === worth))
}

type Worth = Pick<Attempt, 'browsers' | 'clientIds' | 'subject'>

/** 0: anybody makes it by knocking. 1: a browser came, or a client that registered, which anybody can do as well. 2: somebody signed in. */
export function worthOf({ browsers, clientIds, subject }: Worth): 0 | 1 | 2 {
  if (subject !== undefined) return 2
  return browsers.length === 0 && clientIds.length === 0 ? 0 : 1
}
