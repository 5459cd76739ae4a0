import { once } from 'node:events'
import { createServer } from 'node:http'

/** Where the browser comes back to: on this machine alone (RFC 8252 §7.3). */
export interface Callback {
  /** Of the one port that is listened on: what is registered, asked for and listened on is the same. */
  redirectUri: string
  /** The parameters of the answer with that `state`; whatever else comes is no answer. Rejects after five minutes. */
  answer(state: string): Promise<URLSearchParams>
  close(): void
}

export async function listenForCallback(): Promise<Callback> {
  const news = new EventTarget()
  const arrived = new Map<string, URLSearchParams>()
  const wanted = new Set<string>()
  const server = createServer((req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://127.0.0.1')
    const state = searchParams.get('state') ?? ''
    const isAnswer = req.method === 'GET' && pathname === '/callback' && wanted.has(state)
    res.writeHead(isAnswer ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' })
    res.end(isAnswer ? 'You may close this window.' : 'Nothing waits for this answer.')
    if (!isAnswer) return
    arrived.set(state, searchParams)
    news.dispatchEvent(new Event('arrived'))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The callback has no port')
  return {
    redirectUri: `http://127.0.0.1:${address.port}/callback`,
    async answer(state) {
      const signal = AbortSignal.timeout(5 * 60_000)
      wanted.add(state)
      try {
        for (;;) {
          const found = arrived.get(state)
          if (found !== undefined) return found
          await once(news, 'arrived', { signal })
        }
      } finally {
        wanted.delete(state)
        arrived.delete(state)
      }
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
