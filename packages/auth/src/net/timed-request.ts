/**
 * A request that `fetch` gives up after so many seconds. It stays in memory until then: `fetch` follows a signal of the request's own, which in Node.js
 * hears of ours only while somebody holds the request, so that an answer that never comes was waited for without end once garbage had been collected.
 */
export function timedRequest(url: string | URL, seconds: number, init: Omit<RequestInit, 'signal'>): Request {
  const signal = AbortSignal.timeout(seconds * 1000)
  const request = new Request(url, { ...init, signal })
  signal.addEventListener('abort', () => request, { once: true }) // what listens holds it
  return request
}
