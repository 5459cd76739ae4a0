import { AsyncLocalStorage } from 'node:async_hooks'
import { randomFillSync } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** What everything that happens for one request may know of it. */
export interface RequestContext {
  /** Stands on every line of the log, and on error pages. */
  requestId: string
  /** Who asks, as the trusted proxies name them: what limits count by, and on every line of the log. */
  clientAddress: string | undefined
  /** The other end of the connection itself, whatever headers say. */
  peerAddress: string | undefined
  /** Our end of the connection. */
  localAddress: string | undefined
  /** Of the connection: `1.1`. Unknown of what is no request. */
  httpVersion: string | undefined
  /** What answers it, where anybody wants to know what becomes of it. Unknown of what is no request. */
  response?: ServerResponse
  /** When it came, in milliseconds since the epoch. */
  at?: number
}

const current = new AsyncLocalStorage<RequestContext>()

/** Runs `act`, and all that it starts, for one request. */
export function runInRequest<T>(context: RequestContext, act: () => T): T {
  return current.run(context, act)
}

/** What is known of a request that comes on a connection. */
export function contextOf(
  { remoteAddress, localAddress }: Pick<Socket, 'remoteAddress' | 'localAddress'>,
  { clientAddress, httpVersion }: Pick<RequestContext, 'clientAddress' | 'httpVersion'>,
  response?: ServerResponse,
): RequestContext {
  return {
    requestId: createRequestId(),
    clientAddress,
    peerAddress: remoteAddress,
    localAddress,
    httpVersion,
    ...(response !== undefined && { response, at: Date.now() }),
  }
}

/** The request that is being answered; `undefined` outside of one. */
export function currentRequest(): RequestContext | undefined {
  return current.getStore()
}

/** Ten characters that a person can read out over the telephone. */
function createRequestId(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789' // without those that look alike
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  let id = ''
  for (const byte of pool.subarray(used, used + 10)) id += letters[byte % letters.length]
  used += 10
  return id
}

// Random bytes for a hundred requests at once: asking for ten each time would cost more than all the rest of an id.
const pool = Buffer.alloc(1000)
let used = pool.length
