import { attemptsOfServer, followAttempts } from '../administration/attempts.ts'
import type { ConsoleContext } from './context.ts'
import { watchRights } from './live-watch.ts'

/** Streams that are open at once in this process: each looks into the store once a second. */
export const mostStreams = 50
/** Milliseconds after which a stream ends, so that the browser, which comes back by itself, is asked again who it is. */
const longestStream = 60_000

let open = 0

interface StreamOptions {
  /** Whether who asked still may: looked at before each event and every two seconds, since a role may be taken away meanwhile. */
  isStillAllowed: () => Promise<boolean>
  /** Milliseconds. Default: a minute. */
  longest?: number
}

/** Says each time that an attempt has changed; what it is then, the page asks for itself. */
export function attemptEvents(
  { method, headers: asked, signal: gone }: Request,
  context: Pick<ConsoleContext, 'administration' | 'onAttemptsWritten' | 'closing'>,
  { isStillAllowed, longest = longestStream }: StreamOptions,
): Response {
  if (method === 'HEAD') return new Response(undefined, { headers }) // nobody would read what it opens
  if (open >= mostStreams)
    return new Response('Too many pages are open\n', { status: 503, headers: { ...headers, 'retry-after': '30' } })
  open += 1
  const leaving = new AbortController()
  const signal = AbortSignal.any([gone, context.closing, leaving.signal, AbortSignal.timeout(longest)])
  // Whichever way it ends: a place that is not given back is lost until the process ends.
  signal.addEventListener('abort', () => (open -= 1), { once: true })
  const leave = () => leaving.abort()
  if (signal.aborted) open -= 1
  const changes = followAttempts(attemptsOfServer(context.administration), {
    signal,
    onWritten: context.onAttemptsWritten,
  })
  const stop = watchRights({ of: asked.get('cookie') ?? '', isStillAllowed, onRefused: leave })
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(encoder.encode('retry: 1000\n\n')),
    async pull(controller) {
      try {
        const { done } = await changes.next()
        if (!done && (await isStillAllowed())) {
          controller.enqueue(encoder.encode('event: changed\ndata: again\n\n'))
          return
        }
      } catch {
        // The browser comes back by itself, and is told then what is wrong.
      }
      leave()
      controller.close()
    },
    cancel: leave,
  })
  return new Response(body, { headers })
}

const headers = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'x-accel-buffering': 'no',
}
