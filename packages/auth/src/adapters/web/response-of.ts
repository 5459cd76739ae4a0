/** What a handler of h3 2 has said of its answer beside it. */
export interface Prepared {
  headers: Headers
  status?: number | undefined
  statusText?: string | undefined
}

/**
 * What a handler answers with, as the response that h3 2 would make of it, so that it goes on as all others do; `undefined` for what h3 says in its own
 * words (an error, nothing). What was said beside it stands in the response, and not beside it any more.
 */
export function responseOf(answer: unknown, prepared: Prepared): Response | undefined {
  if (answer instanceof Response) return answer
  const content = contentOf(answer)
  if (content === undefined) return undefined
  const { headers, status = prepared.status, statusText = prepared.statusText } = content
  const said = {
    headers: mergedHeaders(headers, prepared.headers),
    ...(status !== undefined && { status }),
    ...(statusText !== undefined && { statusText }),
  }
  for (const name of [...prepared.headers.keys()]) prepared.headers.delete(name) // or cookies would be set twice
  return new Response(isWithoutBody(status) ? null : content.body, said)
}

interface Content {
  body: BodyInit | null
  headers: HeadersInit
  status?: number | undefined
  statusText?: string | undefined
}

function contentOf(answer: unknown): Content | undefined {
  if (typeof answer === 'string' || answer instanceof ReadableStream || answer instanceof Blob)
    return { body: answer, headers: {} }
  if (answer instanceof Uint8Array) return { body: new Uint8Array(answer), headers: {} }
  if (typeof answer !== 'object' || answer === null || answer instanceof Error) return undefined
  if (Symbol.for('h3.HTTPResponse') in answer) return answer as Content // it is what h3 calls so
  if (!isJson(answer)) return { body: answer as BodyInit, headers: {} } // what it is not, the runtime says, as to h3
  return { body: JSON.stringify(answer), headers: { 'content-type': 'application/json;charset=UTF-8' } }
}

/** Forms, buffers and streams of Node.js are objects too, of classes of their own. */
function isJson(answer: object): boolean {
  if (Array.isArray(answer) || ('toJSON' in answer && typeof answer.toJSON === 'function')) return true
  const prototype: unknown = Object.getPrototypeOf(answer)
  return prototype === Object.prototype || prototype === null
}

/** Handlers say "no content" beside an empty text, which a Response of that status must not have (null body statuses of Fetch). */
function isWithoutBody(status: number | undefined): boolean {
  return status === 204 || status === 205 || status === 304
}

function mergedHeaders(base: HeadersInit, over: Headers): Headers {
  const merged = new Headers(base)
  for (const [name, value] of over) {
    if (name === 'set-cookie') merged.append(name, value)
    else merged.set(name, value)
  }
  return merged
}
