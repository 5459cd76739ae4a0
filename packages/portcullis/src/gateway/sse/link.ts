import type { Connections } from '../http-upstream.ts'
import { type Refusal, RefusalError, type UpstreamRefusal, unknownSession } from '../refusal.ts'
import { type AnswerHeaders, isEventStream, single } from '../response-headers.ts'
import type { AnswerController } from '../upstream.ts'
import { isOfConnection, refusalOfError, refusalOfStatus } from '../upstream-errors.ts'
import { eventReader } from './event-reader.ts'

/** One connection to a server of MCP 2024-11-05: what it says comes on a stream, and what it is told is posted to the address that it names there. */
export interface Link {
  /** Tells it one message. Rejects with `RefusalError` where it was not taken. */
  post(message: string, headers: readonly string[]): Promise<void>
  /** Reads no more from it until `resume`. */
  pause(): void
  resume(): void
  close(): void
}

export interface LinkOptions {
  readonly connections: Connections
  /** Where the stream is. */
  readonly url: URL
  /** With the query. */
  readonly path: string
  readonly headers: readonly string[]
  /** Seconds until the server has named the address. */
  readonly timeout: number
  /** Bytes of one message. */
  readonly most: number
  /** Each message that the server says, as it was written. */
  readonly onMessage: (text: string) => void
  /** The stream is over, which is the end of the session. Told once, and only of one that was open. */
  readonly onEnd: (refusal: UpstreamRefusal) => void
}

/** Opens a stream, and resolves when the server has named its address. Rejects with `RefusalError`; `notLegacy` where it is no server of this kind. */
export function openLink(options: LinkOptions): Promise<Link> {
  const { connections, url, path, headers, timeout, most, onMessage, onEnd } = options
  const connection = connections.take()
  const opened = Promise.withResolvers<Link>()
  let controller: AnswerController | undefined
  let endpoint: string | undefined
  let isOver = false
  const late = setTimeout(() => end(silentAtStart), timeout * 1000)

  const read = eventReader(
    most,
    ({ name, data }) => {
      if (isOver) return
      if (name === 'endpoint' && endpoint === undefined) found(data)
      else if (name === 'message' && endpoint !== undefined) onMessage(data)
    },
    () => end(tooLong(most)),
  )

  function found(data: string): void {
    endpoint = endpointOf(data, url)
    clearTimeout(late)
    if (endpoint === undefined) end(elsewhere(data))
    else opened.resolve(link)
  }

  function end(refusal: Refusal): void {
    if (isOver) return
    isOver = true
    clearTimeout(late)
    const wasOpen = endpoint !== undefined
    controller?.abort(new Error('The link is closed'))
    connections.release(connection, { isClean: false })
    opened.reject(new RefusalError(refusal))
    if (wasOpen && refusal.fault !== undefined) onEnd(refusal)
  }

  const link: Link = {
    post: (message, postHeaders) => post(connections, { path: endpoint ?? '', message, headers: postHeaders }),
    pause: () => controller?.pause(),
    resume: () => controller?.resume(),
    close() {
      endpoint = undefined // nobody has to be told
      end(silentAtStart)
    },
  }

  connection.dispatch(
    { method: 'GET', path, headers: [...headers], body: null },
    {
      onRequestStart(started: AnswerController) {
        controller = started
        if (isOver) started.abort(new Error('The link is closed'))
      },
      onResponseStart(_controller: unknown, status: number, answered: AnswerHeaders) {
        if (status < 200) return
        const isStream = status === 200 && isEventStream(single(answered, 'content-type'))
        if (!isStream) end(refusalOfStatus(status) ?? notLegacy)
      },
      onResponseData: (_controller: unknown, chunk: Buffer) => read(chunk),
      onResponseEnd: () => end(brokeOff),
      onResponseError: (_controller: unknown, error: Error) =>
        end(isOfConnection(error) ? refusalOfError(error, { hasBegun: endpoint !== undefined }) : brokeOff),
    },
  )
  return opened.promise
}

/**
 * The path of the address that a server names for what it is told; `undefined` where that is at another origin: whoever made it say so could have it told
 * to anybody that this machine reaches (law 8).
 */
function endpointOf(data: string, url: URL): string | undefined {
  if (!URL.canParse(data, url.href)) return undefined
  const named = new URL(data, url.href)
  const isSame = named.origin === url.origin && named.username === '' && named.password === ''
  return isSame ? named.pathname + named.search : undefined
}

/** Posts one message. What is answered is on the stream; here it is only seen whether it was taken. */
function post(
  connections: Connections,
  { path, message, headers }: { path: string; message: string; headers: readonly string[] },
): Promise<void> {
  const connection = connections.take()
  const taken = Promise.withResolvers<void>()
  let refusal: Refusal | undefined
  let length = 0
  const conclude = (outcome: Refusal | undefined, isClean: boolean) => {
    connections.release(connection, { isClean })
    if (outcome === undefined) taken.resolve()
    else taken.reject(new RefusalError(outcome))
  }
  let controller: AnswerController | undefined
  connection.dispatch(
    { method: 'POST', path, headers: [...headers], body: message },
    {
      onRequestStart(started: AnswerController) {
        controller = started
      },
      onResponseStart(_controller: unknown, status: number) {
        // 404 is what servers say of sessions that they have forgotten.
        if (status === 404) refusal = unknownSession
        else if (status >= 300) refusal = refusalOfStatus(status) ?? notTaken(status)
      },
      onResponseData(_controller: unknown, chunk: Buffer) {
        length += chunk.length
        if (length > mostThrownAway) controller?.abort(new Error('Nobody reads this'))
      },
      onResponseEnd: () => conclude(refusal, true),
      onResponseError: (_controller: unknown, error: Error) =>
        conclude(length > mostThrownAway ? refusal : (refusal ?? refusalOfError(error)), false),
    },
  )
  return taken.promise
}

/** Bytes of an answer that nobody reads. */
const mostThrownAway = 64 * 1024

function failure(reason: UpstreamRefusal['reason'], what: string, fault = what): UpstreamRefusal {
  return {
    status: 502,
    reason,
    message: `The MCP server behind this gateway ${what}. Your sign-in is untouched; you need not sign in again.`,
    fault,
  }
}

export const notLegacy: UpstreamRefusal = failure(
  'upstream_bad_answer',
  'does not speak as it is expected to; tell the operator',
  'opens no event stream for GET, as servers of HTTP+SSE (2024-11-05) do; name the URL of its stream, which often ends in /sse, or leave "transport" out',
)

export const silentAtStart: UpstreamRefusal = {
  ...failure('upstream_timeout', 'did not say in time where it takes messages'),
  status: 504,
}

const brokeOff: UpstreamRefusal = failure('upstream_broke_off', 'ended the stream of this session')

function tooLong(most: number): UpstreamRefusal {
  return failure(
    'upstream_bad_answer',
    'sent more in one message than is taken',
    `sent a message of more than ${most} bytes`,
  )
}

function elsewhere(data: string): UpstreamRefusal {
  return failure(
    'upstream_bad_answer',
    'names an address that is not its own; tell the operator',
    `names an endpoint at another origin, where nothing is sent: ${data.replace(/\?.*$/s, '').slice(0, 200)}`,
  )
}

function notTaken(status: number): UpstreamRefusal {
  return failure('upstream_bad_answer', 'did not take a message', `answered a message with status ${status}`)
}
