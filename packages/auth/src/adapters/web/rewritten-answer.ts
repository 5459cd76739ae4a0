import { headersOfBytes, listRewriterOf } from '../../mcp/list-rewriter.ts'
import type { ListView } from '../../mcp/rewrite-list.ts'

/** An answer with lists as `view` shows them; the same where it has none. Throws where it is compressed, so that nobody can read what it lists. */
export function rewrittenAnswer(response: Response, view: ListView): Response {
  const rewriter = listRewriterOf(
    {
      contentType: response.headers.get('content-type') ?? undefined,
      contentEncoding: response.headers.get('content-encoding') ?? undefined,
    },
    view,
  )
  if (rewriter === 'encoded')
    throw new Error('A list was compressed before it could be read: put protect() before what compresses')
  if (rewriter === undefined || response.body === null) return response
  const rewriting = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => enqueue(controller, rewriter.push(chunk)),
    flush: (controller) => enqueue(controller, rewriter.end()),
  })
  const headers = new Headers(response.headers)
  for (const name of ['content-length', ...headersOfBytes]) headers.delete(name)
  return new Response(response.body.pipeThrough(rewriting), {
    status: response.status,
    statusText: response.statusText,
    headers,
  })
}

function enqueue(controller: TransformStreamDefaultController<Uint8Array>, bytes: Uint8Array): void {
  if (bytes.length > 0) controller.enqueue(bytes)
}
