import { setTimeout as pause } from 'node:timers/promises'
import type { AccessToken, ResourceServer } from '@portcullis/auth'

/** Ends answers that stay open when the token does that opened them: it expires, or its person takes the access back (law 14). */
export function createEndWhenOver(server: ResourceServer): (response: Response, accessToken: AccessToken) => Response {
  const open = new Map<AbortController, AccessToken>()
  let isWatching = false

  async function watch(): Promise<void> {
    if (isWatching) return
    isWatching = true
    while (open.size > 0) {
      await pause(2000, undefined, { ref: false })
      await server.refreshRevocations().catch(() => {}) // what is over by the clock is over without it
      for (const [stream, accessToken] of open) if (server.isOver(accessToken)) stream.abort()
    }
    isWatching = false
  }

  return (response, accessToken) => {
    const { body, headers } = response
    if (body === null || !headers.get('content-type')?.startsWith('text/event-stream')) return response
    const stream = new AbortController()
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    body
      .pipeTo(writable, { signal: stream.signal })
      .catch(() => {}) // either side has gone, or the token has
      .finally(() => open.delete(stream))
    open.set(stream, accessToken)
    watch()
    return new Response(readable, response)
  }
}
