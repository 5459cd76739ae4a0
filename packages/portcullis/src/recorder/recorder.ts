import type { Store } from '@portcullis/auth/authorization-server'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import type { AccountEvent } from '../accounts/events.ts'
import { currentRequest, type RequestContext } from '../operations/request-context.ts'
import type { ProgramKinds } from '../store/records.ts'
import { createKeeper } from './keeper.ts'
import { networkOf } from './network.ts'
import { createOpenAttempts } from './open-attempts.ts'
import { stepOf } from './steps.ts'
import { addAbout, observationOf, type WatchedRequest } from './watched-request.ts'
import { createWhichServer, type ServerUrls } from './which-server.ts'

/** Remembers each attempt of a client to connect, from its first request to its first authorised call. */
export interface Recorder {
  /** Takes what is told of connections and of people. An authorised call costs a look into a set, and nothing that it does waits for this. */
  tell(event: ConnectionEvent | AccountEvent): void
  /** Calls `listener` when attempts were written. Returns what ends that. */
  onWritten(listener: () => void): () => void
  /** Writes what is left to write. */
  close(): Promise<void>
}

export interface RecorderOptions {
  store: Pick<Store<ProgramKinds>, 'get' | 'list' | 'commit'>
  /** The MCP servers that clients connect to. */
  servers: readonly ServerUrls[]
  /** Seconds for which an attempt is kept after it last changed. */
  keep: number
  /** Attempts that are kept. */
  most: number
  /** Told where attempts cannot be written, once until they can be again. */
  onFailure: (cause: unknown) => void
  /** Milliseconds between two writes. Default 1000. */
  interval?: number
  /** Milliseconds since the epoch. Default: the system clock. */
  now?: () => number
}

/** Grants whose calls are known to arrive; so many, and then all are looked at once more. */
const mostUsed = 10_000
/** Requests that are under way: more than these are not watched to their end. */
const mostWatched = 1000

export function createRecorder(options: RecorderOptions): Recorder {
  const { interval = 1000, now = Date.now } = options
  const whichServer = createWhichServer(options.servers)
  const open = createOpenAttempts()
  const keeper = createKeeper(options, open)
  const used = new Set<string>()
  const requests = new WeakMap<RequestContext, WatchedRequest>()
  const watched = new Set<WatchedRequest>()
  const timer = setInterval(look, interval)
  timer.unref()

  function tell(event: ConnectionEvent | AccountEvent): void {
    if (event.type === 'authenticated') return
    if (event.type === 'call_allowed' && (event.grantId === undefined || used.has(event.grantId))) return
    const context = currentRequest()
    if (context?.response === undefined) return // not for a request of a client
    const known = requests.get(context)
    if (known === undefined && isOfOthers(event)) return
    if (known === undefined && isRenewal(event)) return void open.renewed(networkOfRequest(context))
    const step = stepOf(event)
    if (step === undefined) return
    const request = known ?? watch(context, context.response)
    request.steps.push(step)
    addAbout(request.about, event)
    if (event.type === 'call_allowed' && event.grantId !== undefined) isUsed(event.grantId)
  }

  /** What happens to those who are connected is no matter of connecting. */
  function isOfOthers(event: ConnectionEvent | AccountEvent): boolean {
    switch (event.type) {
      case 'upstream_failed':
        return true
      case 'call_denied':
        return event.grantId !== undefined && used.has(event.grantId)
      case 'grant_ended':
        return true
      default:
        return false
    }
  }

  function isRenewal(event: ConnectionEvent | AccountEvent): boolean {
    const isRefresh = event.type === 'token_issued' && event.grantType === 'refresh_token'
    return isRefresh && event.grantId !== undefined && used.has(event.grantId)
  }

  function isUsed(grantId: string): void {
    if (used.size >= mostUsed) used.clear()
    used.add(grantId)
  }

  function watch(context: RequestContext, response: NonNullable<RequestContext['response']>): WatchedRequest {
    const request: WatchedRequest = { context, response, steps: [], about: {} }
    requests.set(context, request)
    if (watched.size >= mostWatched) return request
    watched.add(request)
    response.once('close', () => complete(request))
    return request
  }

  function complete(request: WatchedRequest): void {
    if (!watched.delete(request)) return
    const seen = observationOf(request, { whichServer, now: now() })
    const attempt = open.add(seen)
    if (attempt === undefined) return
    const { grantId } = seen
    // The call did not get through: the next one is looked at again.
    if (grantId !== undefined && attempt.connectedAt === undefined) used.delete(grantId)
    keeper.changed(attempt)
  }

  /** A stream may stay open for hours: its first call has been answered when it has begun. */
  function look(): void {
    for (const request of watched)
      if (request.response.headersSent && request.steps.some(({ code }) => code === 'called')) complete(request)
    open.forget(now())
    void keeper.write()
  }

  return {
    tell,
    onWritten: keeper.onWritten,
    async close() {
      clearInterval(timer)
      for (const request of watched) complete(request)
      await keeper.writeRest()
    },
  }
}

function networkOfRequest({ clientAddress, response }: RequestContext): string {
  return networkOf(clientAddress, response?.req.headers['user-agent'])
}
