import http from 'node:http'
import https from 'node:https'
import { awaitsReply, isSilentStream } from './awaited-event.ts'
import type { Send } from './evidence.ts'
import type { Answer, Failure, Outcome, ProbeRequest } from './exchange.ts'
import { failure } from './failures.ts'
import type { HiddenTarget } from './hidden-target.ts'
import { createRateLimits, type RateLimits } from './rate-limits.ts'
import { redactAnswer } from './redaction.ts'
import { createResolution, type Resolve } from './resolution.ts'
import { createSessionIds } from './session-ids.ts'
import { transmit } from './transmit.ts'

export interface SenderOptions {
  /** The URL that the person typed: what is secret in it, and whether private networks may be asked (law 8). */
  target: HiddenTarget
  /** Milliseconds for one request. Default: 5000. */
  timeout?: number
  /** Milliseconds for all of them, from now on. Default: 15000. */
  deadline?: number
  /** Requests that leave at the most, those included that are sent again. Default: 60. */
  mostRequests?: number
  /** All addresses of a host name. Default: the system's resolver. */
  resolve?: Resolve
}

export interface Sender {
  send: Send
  /** Whether what was refused with 429 may be sent once more: it is, after the pause that was asked for. */
  allowsAnother: RateLimits['allowsAnother']
  /** Ends its connections, and what is still under way on them. */
  close(): void
}

/** Sends requests as a run of the doctor does: few connections, no redirects, no special-use addresses, no secrets in what comes back. */
export function createSender(options: SenderOptions): Sender {
  const { target, timeout = 5000, deadline = 15_000, mostRequests = 60, resolve } = options
  const endsAt = performance.now() + deadline
  const resolution = createResolution(target.reveal(target.shown), resolve)
  const sessions = createSessionIds()
  let sent = 0
  const connections = { http: new http.Agent(agentOptions), https: new https.Agent(agentOptions) }
  const silent = new Set<string>()
  const left = () => endsAt - performance.now()
  const limits = createRateLimits(left)

  function mayGo(): boolean {
    sent += 1
    return sent <= mostRequests
  }

  async function outcomeOf(request: ProbeRequest): Promise<Outcome> {
    const text = target.reveal(request.url)
    const refusal = whyNotAsked(text)
    if (refusal !== undefined) return failure('url_refused', refusal)
    const url = new URL(text)
    await limits.turn(url.origin)
    if (left() <= 0) return failure('out_of_time', 'The time for all requests was over')
    const resolved = await inTime(resolution.of(url.hostname), Math.min(left(), timeout))
    if (resolved === 'too_late') return failure('timed_out', `The resolver did not answer for ${url.hostname}`)
    if ('kind' in resolved) return resolved
    const addresses = resolved.allowed
    const headers = sessions.reveal(request, url)
    // Once a reply that should have come has not, others will not either, and the time is for what else there is to ask.
    const isPatient = awaitsReply(request) && !silent.has(url.origin)
    const listening = isPatient ? timeout : shortListening
    const transmission = { url, request: { ...request, headers }, addresses, timeout, listening, connections, mayGo }
    const outcome = await transmit({ ...transmission, left: Math.max(left(), 1) })
    if (isSilentStream(request, outcome)) silent.add(url.origin)
    const hidden = outcome.kind === 'answer' ? sessions.hide(outcome, url) : outcome
    return { ...hidden, addresses: resolved.all }
  }

  return {
    async send(request) {
      const outcome = await outcomeOf(request)
      return outcome.kind === 'answer' ? hideInAnswer(outcome, target) : hideInFailure(outcome, target)
    },
    allowsAnother: limits.allowsAnother,
    close() {
      connections.http.destroy()
      connections.https.destroy()
    },
  }
}

/** Milliseconds for a stream of events from which no reply is awaited. */
const shortListening = 500

/** Enough to be quick, too few to be taken for an attack. */
const agentOptions = { keepAlive: true, maxSockets: 6 }

function whyNotAsked(text: string): string | undefined {
  if (!URL.canParse(text)) return 'This is no absolute URL'
  const { protocol, username, password } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') return `Only https and http are asked, not ${protocol}`
  if (username !== '' || password !== '') return 'A URL with a user name or password in it is refused by clients'
  return undefined
}

function inTime<Value>(promise: Promise<Value>, milliseconds: number): Promise<Value | 'too_late'> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<'too_late'>((resolve) => {
    timer = setTimeout(() => resolve('too_late'), milliseconds)
  })
  return Promise.race([promise, tooLate]).finally(() => clearTimeout(timer))
}

function hideInAnswer(answer: Answer, { hide }: HiddenTarget): Answer {
  const headers = answer.headers.map(([name, value]) => [name, hide(value)] as const)
  return redactAnswer({ ...answer, headers, body: hide(answer.body) })
}

function hideInFailure(outcome: Failure, { hide }: HiddenTarget): Failure {
  return { ...outcome, detail: hide(outcome.detail) }
}
