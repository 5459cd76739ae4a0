import { isDocumentIdentifier } from '@portcullis/auth/protocol'
import type { Attempt, Doubt, StepCode } from './attempt.ts'
import { isOfService } from './network.ts'
import type { Observation } from './observation.ts'
import { recognise } from './recognise.ts'
import { familyOf, isRuntime, mayBeOne } from './user-agents.ts'

/** Where a request belongs: to an attempt that is open, to a new one, or to none. */
export type Placed =
  | { to: Attempt; doubts: readonly Doubt[]; follows?: string }
  | { to: 'new'; doubts: readonly Doubt[]; follows?: string }
  | { to: 'none' }

/** Milliseconds for which the next request of a client, or of a browser, is taken for part of the same attempt. */
export const clientWindow = 10 * 60_000
export const personWindow = 30 * 60_000
/** An attempt that is connected takes what comes of its grant for so long; afterwards something new begins. */
const warmth = 2 * 60_000

/**
 * Which attempt a request belongs to. What proves it goes first: the grant, the authorization request, the client identifier. Before there is any, it
 * is network address and kind of client within a time, and where that leaves a doubt, the doubt is named. `all`: those that are open, the latest first.
 */
export function place(seen: Observation, all: readonly Attempt[]): Placed {
  const { grantId, request, server } = seen
  // A client that connects to several servers makes an attempt at each.
  const open = all.filter((attempt) => server === undefined || (attempt.server ?? server) === server)
  const proved =
    open.find((attempt) => grantId !== undefined && attempt.grantIds.includes(grantId)) ??
    open.find((attempt) => request !== undefined && attempt.requests.includes(request))
  if (proved !== undefined) return isOver(proved, seen) ? placeAfter(proved, seen, open) : sure(proved)
  // The grant is of somebody, and nobody here has it: another process saw how it came to be, or it is long ago.
  if (grantId !== undefined && seen.side === 'client') return begins(seen)
  const byClient = seen.clientId === undefined || isBeginning(seen) ? undefined : placeByClient(seen, open)
  if (byClient !== undefined) return byClient
  return seen.side === 'person' ? placeByBrowser(seen, open) : placeByNetwork(seen, open)
}

/** What worked is in trouble: the same client may have come back already, without saying who it is. */
function placeAfter(over: Attempt, seen: Observation, open: readonly Attempt[]): Placed {
  const follows = over.id
  const back = seen.side === 'client' ? open.find((attempt) => isNear(attempt, seen)) : undefined
  return back === undefined ? begins(seen, { follows }) : { to: back, doubts: [], follows }
}

/** The client is known, its grant is not yet: several people may use it at once. */
function placeByClient(seen: Observation, open: readonly Attempt[]): Placed | undefined {
  const { clientId = '', browser } = seen
  const candidates = open.filter(
    (attempt) =>
      attempt.clientIds.includes(clientId) && isWaiting(attempt, seen, personWindow) && !isOfStranger(seen, attempt),
  )
  if (candidates.length === 0) return undefined
  if (seen.side === 'client') return latest(candidates, 'several_waiting')
  const same = candidates.find(({ browsers }) => browser !== undefined && browsers.includes(browser))
  if (same !== undefined) return sure(same)
  const waiting = candidates.filter(({ browsers }) => browsers.length === 0)
  return waiting.length === 0 ? undefined : latest(waiting, 'several_waiting')
}

function isOfStranger(seen: Observation, attempt: Attempt): boolean {
  return seen.side === 'client' && areOfStranger([seen], seen.network, attempt)
}

/**
 * Whether requests that name the client of an attempt are of somebody else: refused, and from elsewhere. Identifiers of clients are no secret, and such
 * requests would write a failure into the story of whoever is connecting.
 */
export function areOfStranger(
  requests: readonly Pick<Observation, 'steps'>[],
  network: string | undefined,
  attempt: Pick<Attempt, 'network'>,
): boolean {
  const isElsewhere = network !== undefined && attempt.network !== undefined && network !== attempt.network
  return isElsewhere && requests.every(({ steps }) => steps.every(({ code }) => code.endsWith('_refused')))
}

function placeByBrowser(seen: Observation, open: readonly Attempt[]): Placed {
  const { browser, clientId } = seen
  if (clientId === undefined) {
    const same = open.find(
      (attempt) =>
        browser !== undefined && attempt.browsers.includes(browser) && isWaiting(attempt, seen, personWindow),
    )
    return same === undefined ? begins(seen) : sure(same)
  }
  const looked = open.filter(
    (attempt) =>
      attempt.clientIds.length === 0 && attempt.browsers.length === 0 && isWaiting(attempt, seen, clientWindow),
  )
  const mayHaveSent = senderOf(seen)
  const own = looked.filter(mayHaveSent)
  const isShared = open.some(
    (attempt) => attempt.clientIds.includes(clientId) && isWaiting(attempt, seen, personWindow),
  )
  const shared = isDocumentIdentifier(clientId) ? 'shared_service' : 'shared_client_id'
  const [last] = own
  if (last === undefined) return begins(seen, { doubts: [isShared ? shared : 'no_discovery'] })
  return isShared ? { to: last, doubts: [shared] } : latest(own, 'several_waiting')
}

/** Whether the browser may have been sent by the client that looked for metadata. */
function senderOf({ clientId = '', redirectUris = [], network }: Observation): (attempt: Attempt) => boolean {
  const { profile } = recognise({ agents: [], addresses: [], clientIds: [clientId], redirectUris })
  return (attempt) => {
    if (profile !== undefined && attempt.network === `service:${profile.id}`) return true
    if (profile !== undefined && recognise(attempt).profile?.id === profile.id) return true
    // On the machine of the person, client and browser have one address; a service has its own.
    const isElsewhere = isOfService(attempt.network) || profile?.runs.value === 'hosted'
    return !isElsewhere && attempt.network === network
  }
}

/** A client that asks without saying who it is: it looks for metadata, registers, or has a token that nobody knows. */
function placeByNetwork(seen: Observation, open: readonly Attempt[]): Placed {
  const near = open.filter((attempt) => isNear(attempt, seen))
  if (near.length === 0) return begins(seen)
  const isStart = isBeginning(seen)
  const goesOn = near.filter((attempt) => !(isStart && hasGoneFurther(attempt, seen)))
  const [last] = near
  if (goesOn.length === 0)
    return begins(seen, isOfService(seen.network) ? { doubts: ['shared_service'] } : { follows: last?.id })
  const own = goesOn.filter(({ agents }) => seen.agent !== undefined && agents.includes(seen.agent))
  const clients = new Set(goesOn.map(({ agents }) => agents.map(familyOf).filter((name) => !isRuntime(name))[0]))
  return latest(own.length > 0 ? own : goesOn, clients.size > 1 ? 'several_at_one_address' : undefined)
}

/** Whether it waits, at the same network address, for a client that may be this one. */
function isNear(attempt: Attempt, seen: Observation): boolean {
  const family = familyOf(seen.agent)
  return (
    attempt.network === seen.network &&
    isWaiting(attempt, seen, clientWindow) &&
    (attempt.agents.length === 0 || attempt.agents.some((agent) => mayBeOne(familyOf(agent), family)))
  )
}

/** A registration, or what any request without a token begins with. */
function isBeginning({ steps, network }: Observation): boolean {
  return steps.some(({ code }) => code === 'registered' || (isOfService(network) && starts.has(code)))
}

/** Whether a person, or a token, came of it: what begins anew then is another attempt. A second registration within seconds is the same. */
function hasGoneFurther({ browsers, grantIds, entries }: Attempt, { at, network }: Observation): boolean {
  if (grantIds.length > 0) return true
  if (browsers.length === 0) return false
  if (isOfService(network)) return true
  const arrived = entries.find(({ side }) => side === 'person')?.at
  return arrived !== undefined && at - arrived > 5000
}

const starts: ReadonlySet<StepCode> = new Set([
  'challenged',
  'resource_metadata',
  'server_metadata',
  'metadata_missing',
  'registered',
  'registration_refused',
])

/** What is worth an attempt of its own. Other requests join one that is there. */
const beginnings: ReadonlySet<StepCode> = new Set([
  ...starts,
  'pushed',
  'push_refused',
  'device_started',
  'device_refused',
  'authorization_started',
  'authorization_refused',
  'document_failed',
  'sign_in_shown',
  // Where another process saw how it began.
  'consent_shown',
  'consented',
  'consent_denied',
  'code_issued',
  'token_refused',
  'token_issued',
  'token_rejected',
  'scope_insufficient',
  'called',
  'unavailable',
  'failed',
])

function begins(
  { steps, speaksMcp, clientId, side, agent }: Observation,
  { doubts = [], follows }: { doubts?: readonly Doubt[]; follows?: string | undefined } = {},
): Placed {
  // Servers elsewhere read our metadata too, and anybody knocks at other paths or names: only an MCP client is meant.
  const isOne = steps.some(({ code }) =>
    code === 'server_metadata' || code === 'failed' || code === 'unavailable'
      ? speaksMcp
      : code === 'sign_in_shown'
        ? clientId !== undefined
        : beginnings.has(code),
  )
  // People open the address of the MCP server in a browser, too, and see a page.
  if (!speaksMcp && side === 'client' && familyOf(agent) === 'browser') return { to: 'none' }
  const isLost = side === 'client' && speaksMcp && steps.some(({ code }) => lost.has(code))
  return isOne || isLost ? { to: 'new', doubts, ...(follows !== undefined && { follows }) } : { to: 'none' }
}

const lost: ReadonlySet<StepCode> = new Set(['host_rejected', 'origin_rejected', 'elsewhere'])

/** A grant that worked and that is in trouble now: a new story. */
function isOver({ connectedAt }: Attempt, { at }: Observation): boolean {
  return connectedAt !== undefined && at - connectedAt > warmth
}

function isWaiting({ connectedAt, changedAt }: Attempt, { at }: Observation, window: number): boolean {
  return connectedAt === undefined && at - changedAt <= window
}

function sure(attempt: Attempt): Placed {
  return { to: attempt, doubts: [] }
}

function latest(candidates: readonly Attempt[], doubt: Doubt | undefined): Placed {
  const [first, ...others] = [...candidates].sort((one, other) => other.changedAt - one.changedAt)
  if (first === undefined) return { to: 'none' }
  return { to: first, doubts: doubt === undefined || others.length === 0 ? [] : [doubt] }
}
