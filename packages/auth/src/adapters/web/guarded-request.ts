import { readBytes } from '../../net/read-bytes.ts'
import type { AuthInfo } from '../../resource-server/auth-info.ts'
import type { Admitted, Guard } from '../../resource-server/guard.ts'
import { BodyReadError } from '../body-read-error.ts'
import { isStream } from '../is-stream.ts'
import { endedInTime } from './ended-stream.ts'
import { rewrittenAnswer } from './rewritten-answer.ts'

/** A request of somebody who is let in. `auth`: who calls, where `mcp-handler` reads it. */
export type GuardedRequest = Request & { auth: AuthInfo }

/** Somebody who is let in, and the request as what comes behind can read it: where rules wanted the body, that is there again. */
export interface AdmittedRequest extends Admitted {
  request: GuardedRequest
}

/** The answer to send, or who is let in. */
export async function admitRequest(guard: Guard, request: Request): Promise<Response | AdmittedRequest> {
  let readable = request
  const admission = await guard.admit(request, async (longest) => {
    if (request.bodyUsed) throw new BodyReadError()
    const body = await readBytes(request.body, longest)
    if (body !== 'too_long' && request.body !== null) readable = remade(request, { body })
    return body
  })
  if (admission instanceof Response) return admission
  const headers = headersFor(admission, readable)
  const shown = headers === undefined ? readable : remade(readable, { headers })
  return { ...admission, request: Object.assign(shown, { auth: admission.authInfo }) }
}

/**
 * The answer of what comes behind, as browsers may read it, with lists as the caller may see them, its session as the caller knows it, and, where it
 * streams, no longer than it may.
 */
export async function answerTo(
  { headers, session, listView, mustEnd }: Admitted,
  response: Response,
): Promise<Response> {
  const seen = listView === undefined ? response : rewrittenAnswer(response, listView)
  const entries = Object.entries(headers)
  const sessionId = session === undefined ? null : response.headers.get(sessionName)
  if (session !== undefined && sessionId !== null) entries.push([sessionName, await session.idForClient(sessionId)])
  const body = seen.body !== null && isStream(seen) ? endedInTime(seen.body, mustEnd) : seen.body
  if (entries.length === 0 && body === seen.body) return seen
  const readable = new Response(body, seen) // headers of an answer that was fetched cannot be changed
  for (const [name, value] of entries) readable.headers.set(name, value)
  return readable
}

const sessionName = 'mcp-session-id'

/** The headers that what comes behind sees; `undefined` where they are those that came. */
function headersFor({ listView, session }: Admitted, request: Request): Headers | undefined {
  if (listView === undefined && session === undefined) return undefined
  const headers = new Headers(request.headers)
  if (listView !== undefined) headers.set('accept-encoding', 'identity') // what is compressed cannot be read on its way
  if (session?.id !== undefined) headers.set(sessionName, session.id)
  else if (session !== undefined) headers.delete(sessionName)
  return headers
}

/** The same request with some of it changed, and what a server has put on it beside (`srvx`: `runtime`, `waitUntil`). */
function remade(request: Request, changed: { body?: Uint8Array<ArrayBuffer>; headers?: Headers }): Request {
  const made = Object.assign(madeOf(request, changed), Object.fromEntries(Object.entries(request)))
  originals.set(made, request)
  return made
}

/** Held as long as what was made of them: in Node.js its signal hears that the client has left only while theirs is there. */
const originals = new WeakMap<Request, Request>()

function madeOf(request: Request, changed: { body?: Uint8Array<ArrayBuffer>; headers?: Headers }): Request {
  try {
    return new Request(request, changed)
  } catch {
    // Servers that make a request only when it is wanted hand on what looks like one, and is none to its own constructor.
    const { url, method, headers, signal } = request
    return new Request(url, { method, headers, signal, ...changed })
  }
}
