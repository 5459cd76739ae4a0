import { followAttempts } from '../administration/attempts.ts'
import { attemptsContext } from './attempts-context.ts'
import type { ConsoleContext } from './context.ts'

/** Streams that are open at once in this process: each looks into the store once a second. */
const mostOpen = 50
/** Milliseconds after which a stream ends, so that the browser, which comes back by itself, is asked again who it is. */
const longest = 60_000

let open = 0

/** Says each time that an attempt has changed; what it is then, the page asks for itself. */
export function attemptEvents(request: Request, context: ConsoleContext): Response {
  if (open >= mostOpen)
    return new Response('Too many pages are open\n', { status: 503, headers: { 'retry-after': '30' } })
  open += 1
  const leaving = new AbortController()
  const signal = AbortSignal.any([request.signal, leaving.signal, AbortSignal.timeout(longest)])
  const changes = followAttempts(attemptsContext(context), { signal, onWritten: context.onAttemptsWritten })
  const encoder = new TextEncoder()
  let isClosed = false
  const close = () => {
    if (isClosed) return
    isClosed = true
    open -= 1
    leaving.abort()
  }
  let isFirst = true
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode('retry: 1000\n\n')),
    async pull(controller) {
      const { done } = await changes.next()
      if (done) {
        close()
        controller.close()
        return
      }
      // The first are those that the page has already, or a moment newer.
      controller.enqueue(
        encoder.encode(isFirst ? 'event: changed\ndata: begin\n\n' : 'event: changed\ndata: again\n\n'),
      )
      isFirst = false
    },
    cancel: close,
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-accel-buffering': 'no',
    },
  })
}
