import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isEventStream } from './awaited-event.ts'
import type { Outcome, ProbeRequest } from './exchange.ts'
import { failure, failureOf } from './failures.ts'
import { readBody } from './read-body.ts'

export interface Connections {
  readonly http: http.Agent
  readonly https: https.Agent
}

export interface Transmission {
  readonly url: URL
  readonly request: ProbeRequest
  /** The only addresses that are connected to. */
  readonly addresses: readonly string[]
  /** Milliseconds from the moment there is a connection for it. */
  readonly timeout: number
  /** Milliseconds that a stream of events is listened to, within the `timeout`. */
  readonly listening: number
  /** Milliseconds from now, come what may. */
  readonly left: number
  readonly connections: Connections
  /** Asked before each time that the request leaves: whether it may. */
  mayGo(): boolean
}

/** One request as it stands, and what came of it. Rejects never. */
export async function transmit(transmission: Transmission): Promise<Outcome> {
  if (!transmission.mayGo()) return failure('not_asked', 'Enough requests were sent already')
  const first = await transmitOnce(transmission)
  // A server may end a kept connection in the moment in which it is used again (RFC 9112 §9.3.1).
  if (first !== 'connection_was_stale' || !transmission.mayGo()) return withoutStale(first)
  return withoutStale(await transmitOnce(transmission))
}

function withoutStale(outcome: Outcome | 'connection_was_stale'): Outcome {
  return outcome === 'connection_was_stale'
    ? failure('connection_closed', 'The connection was closed without an answer')
    : outcome
}

function transmitOnce(transmission: Transmission): Promise<Outcome | 'connection_was_stale'> {
  const { url, request, timeout, listening, left } = transmission
  return new Promise((resolve) => {
    const sent = open(transmission)
    const enough = new AbortController()
    let isAnswered = false
    let isStream = false
    let idle: NodeJS.Timeout | undefined
    let stream: NodeJS.Timeout | undefined
    const end = setTimeout(() => giveUp('out_of_time', 'the time for all requests was over'), left)

    function settle(outcome: Outcome | 'connection_was_stale'): void {
      for (const timer of [idle, end, stream]) clearTimeout(timer)
      resolve(outcome)
    }

    function giveUp(reason: 'out_of_time' | 'timed_out', why: string): void {
      if (isStream) {
        enough.abort()
        return
      }
      const what = isAnswered ? 'The answer did not end' : `${url.host} did not answer`
      settle(failure(reason, `${what}: ${why}`))
      sent.destroy()
    }

    sent.on('socket', () => {
      idle ??= setTimeout(() => giveUp('timed_out', `${timeout / 1000} seconds went by`), timeout)
    })
    sent.on('response', (answer) => {
      isAnswered = true
      isStream = isEventStream(answer.headers['content-type'] ?? '')
      if (isStream) stream = setTimeout(() => enough.abort(), listening)
      readBody(answer, { request, enough: enough.signal }).then(
        ({ text, isWhole }) => settle({ kind: 'answer', ...headOf(answer), body: text, isWhole }),
        (error) => settle(failureOf(error, url.host)),
      )
    })
    sent.on('upgrade', (_answer, socket) => {
      socket.destroy()
      settle(failure('malformed_answer', 'The answer changes the protocol (101), which nobody asked for'))
    })
    sent.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = sent.reusedSocket && !isAnswered && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      settle(isStale ? 'connection_was_stale' : failureOf(error, url.host))
    })
    sent.end(request.body)
  })
}

/** As clients ask, so that what is packed wrongly shows. */
const acceptEncoding = 'gzip, deflate, br'

function open({ url, request, addresses, connections }: Transmission): http.ClientRequest {
  const { method, headers } = request
  const options = { method, headers: { 'accept-encoding': acceptEncoding, ...headers }, lookup: lookupAmong(addresses) }
  if (url.protocol === 'http:') return http.request(url, { ...options, agent: connections.http })
  // Named here, because Node takes it from a `Host` header that may be a probe's invention.
  const servername = isIP(url.hostname.replace(/^\[|\]$/g, '')) ? '' : url.hostname
  return https.request(url, { ...options, agent: connections.https, servername })
}

/** The name was resolved and its addresses judged already: these and no others (law 8). */
function lookupAmong(addresses: readonly string[]): LookupFunction {
  const found = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    const [first] = found
    if (options.all === true || first === undefined) return callback(null, found)
    callback(null, first.address, first.family)
  }
}

function headOf({ statusCode = 0, rawHeaders }: IncomingMessage) {
  const headers: (readonly [string, string])[] = []
  for (let at = 0; at + 1 < rawHeaders.length; at += 2)
    headers.push([(rawHeaders[at] ?? '').toLowerCase(), rawHeaders[at + 1] ?? ''])
  return { status: statusCode, headers }
}
