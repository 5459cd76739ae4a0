import { retryAfter } from './page.ts'

/**
 * A page of the host's own, with what no page that asks for trust may lack, whatever headers it came with: nobody frames it (P-03), nothing keeps
 * it, and its form says where it comes from. A second policy narrows the page's own and loosens nothing (CSP 3 §8.1).
 */
export function hardenedPage(page: Response): Response {
  const headers = new Headers(page.headers)
  headers.append('content-security-policy', `frame-ancestors 'none'; base-uri 'none'; object-src 'none'`)
  headers.set('x-frame-options', 'DENY')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('cache-control', 'no-store')
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', 'same-origin')
  if (page.status === 503 && !headers.has('retry-after')) headers.set('retry-after', retryAfter)
  return new Response(page.body, { status: page.status, statusText: page.statusText, headers })
}
