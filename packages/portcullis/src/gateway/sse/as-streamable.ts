import type { Session } from '../session.ts'
import type { UpstreamRequest } from '../upstream.ts'
import { headerPairs } from './header-pairs.ts'

/** The request as a client of Streamable HTTP would make it. */
export function asStreamable(
  request: UpstreamRequest,
  { session, method }: { session: Session; method: 'POST' | 'GET' | 'DELETE' },
): UpstreamRequest {
  const { req, head, body, messages } = request
  const accept = method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream'
  const kept = headerPairs(req.rawHeaders).filter(
    ([name]) => !/^accept$/i.test(name) && (method === 'POST' || !/^content-/i.test(name)),
  )
  return {
    ...request,
    rawHeaders: [...kept, ['Accept', accept]].flat(),
    head: { ...head, method, headers: { get: (name) => (/^accept$/i.test(name) ? accept : head.headers.get(name)) } },
    session,
    body: method === 'POST' ? body : undefined,
    messages: method === 'POST' ? messages : undefined,
  }
}

export function sessionOf(upstreamId: string | undefined): Session {
  return { isModern: false, upstreamId, clientIdFor: (id) => id }
}
