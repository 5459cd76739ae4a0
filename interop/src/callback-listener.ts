import { once } from 'node:events'
import { createServer } from 'node:http'

/** A native application's loopback redirect URI (RFC 8252 §7.3). */
export interface CallbackListener {
  redirectUri: string
  /** The parameters of the next authorization response; rejects after `limit` seconds. */
  next(limit: number): Promise<URLSearchParams>
  close(): Promise<void>
}

export async function listenForCallbacks(): Promise<CallbackListener> {
  const arrived: URLSearchParams[] = []
  const news = new EventTarget()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (url.pathname !== '/callback') return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'text/plain' }).end('You may close this window.')
    arrived.push(url.searchParams)
    news.dispatchEvent(new Event('arrived'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The callback listener has no port')
  return {
    redirectUri: `http://127.0.0.1:${address.port}/callback`,
    async next(limit) {
      const signal = AbortSignal.timeout(limit * 1000)
      while (arrived.length === 0) await once(news, 'arrived', { signal })
      return arrived.shift() ?? new URLSearchParams()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
