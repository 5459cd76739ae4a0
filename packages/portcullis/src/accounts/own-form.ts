/**
 * Whether a POST was sent by a page of `origin` itself (law 1; against forms of other sites). Browsers say so by `Sec-Fetch-Site` or by `Origin`;
 * a request that says neither, or `null`, is refused.
 */
export function isOwnForm({ headers }: Request, origin: string): boolean {
  const from = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  if (from === null && site === null) return false
  return (from === null || from === origin) && (site === null || site === 'same-origin')
}
