import { readBytes } from '../../net/read-bytes.ts'
import type { Admitted, Guard } from '../../resource-server/guard.ts'
import { BodyReadError } from '../body-read-error.ts'

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
  return admission instanceof Response ? admission : { ...admission, request: readable }
}

/** The answer of what comes behind, as browsers may read it. */
export function answerTo({ headers }: Admitted, response: Response): Response {
  const entries = Object.entries(headers)
  if (entries.length === 0) return response
  const readable = new Response(response.body, response) // headers of an answer that was fetched cannot be changed
  for (const [name, value] of entries) readable.headers.set(name, value)
  return readable
}
