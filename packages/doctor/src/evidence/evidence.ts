import { type Exchange, type Failure, isFinal, type Outcome, type ProbeRequest } from './exchange.ts'
import { sessionBegunBy } from './session-ids.ts'

/** What is asked of the other side, each thing once. Probes, findings and simulations share it. */
export interface Evidence {
  /** The URL that the person typed, with marks in the place of secrets (`hidden-target.ts`). */
  readonly target: string
  /** All exchanges so far, in the order of sending. */
  readonly exchanges: readonly Exchange[]
  /** How many requests were wanted and not sent so far, since the most were sent already. */
  readonly notAsked: number
  /** The exchange for a request: the one there is, or a new one; where an origin cannot be reached at all, the one that showed it. Rejects never: what went wrong is its outcome. */
  ask(request: ProbeRequest): Promise<Exchange>
  /** How many requests may still be sent. */
  left(): number
  /** A request as it is really sent. Default: as it stands. */
  as?(request: ProbeRequest): ProbeRequest
}

/** Sends one request. Rejects never. */
export type Send = (request: ProbeRequest) => Promise<Outcome>

export interface EvidenceOptions {
  target: string
  send: Send
  /** Requests sent at the most; what is asked beyond has the outcome `not_asked`. */
  mostRequests: number
  /** Whether a request may be sent once more after this answer. Default: none is. */
  allowsAnother?: (request: ProbeRequest, outcome: Outcome) => boolean
  /** Told of each exchange when it is there. Default: nothing. */
  onExchange?: (exchange: Exchange) => void
  /** Milliseconds, of any beginning. Default: the system's monotonic clock. */
  clock?: () => number
}

/** Evidence that is gathered while it is asked for. */
export function gatherEvidence(options: EvidenceOptions): Evidence {
  const { target, send, mostRequests, onExchange, allowsAnother = () => false } = options
  const now = options.clock ?? (() => performance.now())
  const exchanges: Exchange[] = []
  const asked = new Map<string, Promise<Exchange>>()
  const outOfReach = new Map<string, Exchange>()
  let sent = 0
  let notAsked = 0
  let sessions = 0
  let beginsSessions: boolean | undefined

  async function sendTwice(request: ProbeRequest): Promise<Outcome> {
    const outcome = await send(request)
    if (sent >= mostRequests - sessions || !allowsAnother(request, outcome)) return outcome
    sent += 1
    return send(request)
  }

  async function exchange(request: ProbeRequest): Promise<Exchange> {
    const startedAt = now()
    // Each session that was begun, or may be while this is under way, keeps back the request that ends it.
    const isMessage = request.method === 'POST' && request.url === target
    const mayBegin = isMessage && beginsSessions !== false
    const keptBack = request.method === 'DELETE' ? 0 : sessions + (mayBegin ? 1 : 0)
    const isBeyond = sent >= mostRequests - keptBack
    sent += isBeyond ? 0 : 1
    notAsked += isBeyond ? 1 : 0
    const keepsBack = mayBegin && !isBeyond
    if (keepsBack) sessions += 1
    const id = asked.size
    const outcome: Outcome = isBeyond
      ? { kind: 'failure', reason: 'not_asked', detail: `${mostRequests} requests were sent already` }
      : await sendTwice(request)
    if (keepsBack) sessions -= 1
    if (outcome.kind === 'failure' && outcome.reason === 'not_asked') return unasked(request, outcome)
    const done = { id, request, outcome, milliseconds: Math.round(now() - startedAt) }
    exchanges.push(done)
    const hasBegun = sessionBegunBy(done) !== undefined
    if (hasBegun) sessions += 1
    if (isMessage) beginsSessions = beginsSessions === true || hasBegun
    if (isFinal(outcome)) outOfReach.set(originOf(request.url), done)
    exchanges.sort((a, b) => a.id - b.id)
    onExchange?.(done)
    return done
  }

  return {
    target,
    exchanges,
    get notAsked() {
      return notAsked
    },
    left: () => Math.max(mostRequests - sessions - sent, 0),
    ask(request) {
      if (!URL.canParse(request.url)) return Promise.resolve(refused(request))
      const key = keyOf(request)
      const known = asked.get(key)
      if (known !== undefined) return known
      const inVain = outOfReach.get(originOf(request.url))
      // Enough may have been asked already, but for what ends a session.
      if (inVain !== undefined && request.method !== 'DELETE') return Promise.resolve(inVain)
      // Its place is taken before anything is awaited, so that its number is its turn.
      let begin: (exchange: Promise<Exchange>) => void = () => {}
      const answer = new Promise<Exchange>((resolve) => {
        begin = resolve
      })
      asked.set(key, answer)
      begin(exchange(request))
      return answer
    },
  }
}

/** Evidence that was gathered before: what is not in it has the outcome `not_asked`, but for origins that could not be reached at all. For replays, and for reports that were kept. */
export function recordedEvidence(target: string, exchanges: readonly Exchange[]): Evidence {
  const known = new Map(exchanges.map((exchange) => [keyOf(exchange.request), exchange]))
  const outOfReach = new Map(
    exchanges
      .filter(({ request, outcome }) => isFinal(outcome) && URL.canParse(request.url))
      .map((exchange) => [originOf(exchange.request.url), exchange]),
  )
  return {
    target,
    exchanges,
    notAsked: 0,
    left: () => 0,
    async ask(request) {
      if (!URL.canParse(request.url)) return refused(request)
      return (
        known.get(keyOf(request)) ??
        outOfReach.get(originOf(request.url)) ??
        unasked(request, {
          kind: 'failure',
          reason: 'not_asked',
          detail: 'This was not asked when the evidence was gathered',
        })
      )
    },
  }
}

/** The exchange for a request, where it was asked already. */
export function seen(evidence: Evidence, request: ProbeRequest): Exchange | undefined {
  return seenAsSent(evidence.exchanges, evidence.as?.(request) ?? request)
}

export function seenAsSent(exchanges: readonly Exchange[], request: ProbeRequest): Exchange | undefined {
  const key = keyOf(request)
  return exchanges.find((exchange) => keyOf(exchange.request) === key)
}

/** Documents name places that are none, as a path alone. */
function refused(request: ProbeRequest): Exchange {
  return unasked(request, { kind: 'failure', reason: 'url_refused', detail: 'It is no absolute URL' })
}

/** Nothing is sent, so it is no evidence: it has no number, and stands nowhere. */
function unasked(request: ProbeRequest, outcome: Failure): Exchange {
  return { id: 0, request, outcome, milliseconds: 0 }
}

function originOf(url: string): string {
  return new URL(url).origin
}

/** Written once for each request: thousands of walks look through all that was asked. */
function keyOf(request: ProbeRequest): string {
  const { method, url, headers, body } = request
  const key = keys.get(request) ?? JSON.stringify([method, url, Object.entries(headers).sort(), body])
  keys.set(request, key)
  return key
}

const keys = new WeakMap<ProbeRequest, string>()
