import { readBytes } from '../../net/read-bytes.ts'
import type { Admitted, Guard } from '../../resource-server/guard.ts'
import { BodyReadError } from '../body-read-error.ts'
import { rewrittenAnswer } from './rewritten-answer.ts'

/** Somebody who is let in, and the request as what comes behind can read it: where rules wanted the body, that is there again. */
export interface AdmittedRequest extends Admitted {
  request: Request
}

/** The answer to send, or who is let in. */
export async function admitRequest(guard: Guard, request: Request): Promise<Response | AdmittedRequest> {
  let readable = request
  const admission = await guard.admit(request, async (longest) => {
    if (request.bodyUsed) throw new BodyReadError()
    const body = await readBytes(request.body, longest)
    if (body !== 'too_long' && request.body !== null) readable = new Request(request, { body })
    return body
  })
  if (admission instanceof Response) return admission
  return { ...admission, request: admission.listView === undefined ? readable : withoutCompression(readable) }
}

/** The answer of what comes behind, as browsers may read it, and with lists as the caller may see them. */
export function answerTo({ headers, listView }: Admitted, response: Response): Response {
  const seen = listView === undefined ? response : rewrittenAnswer(response, listView)
  const entries = Object.entries(headers)
  if (entries.length === 0) return seen
  const readable = new Response(seen.body, seen) // headers of an answer that was fetched cannot be changed
  for (const [name, value] of entries) readable.headers.set(name, value)
  return readable
}

/** What is compressed cannot be read on its way. */
function withoutCompression(request: Request): Request {
  const plain = new Request(request)
  plain.headers.set('accept-encoding', 'identity')
  return plain
}
