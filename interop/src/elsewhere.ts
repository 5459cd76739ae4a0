import type { Gateway } from './gateway.ts'
import { pathOf, requestsIn, tokenIn } from './requests.ts'

/**
 * Shows every access token that a client showed at a server since `mark` to all servers of the gateway. Returns what came of it; throws where one is worth
 * something at another, or nothing at its own.
 */
export async function tryElsewhere(
  url: string,
  { front, urls }: Pick<Gateway, 'front' | 'urls'>,
  mark: number,
): Promise<string> {
  const path = new URL(url).pathname
  const shown = requestsIn(front.passed(mark).sent).filter((request) => pathOf(request) === path)
  const tokens = [...new Set(shown.map(tokenIn).filter((token) => token !== undefined))]
  if (tokens.length === 0) throw new Error('No access token was shown, so none was tried')
  const own: number[] = []
  const refused: string[] = []
  for (const token of tokens)
    for (const [name, each] of Object.entries(urls)) {
      const { status, challenge } = await show(token, each)
      if (each === url) own.push(status)
      else {
        const metadata = `/.well-known/oauth-protected-resource${new URL(each).pathname}"`
        if (status !== 401 || !challenge.includes(metadata))
          throw new Error(`A token of ${path} got ${status} at ${new URL(each).pathname}: ${challenge}`)
        refused.push(name)
      }
    }
  if (!own.includes(200)) throw new Error(`At their own server the tokens got ${own.join(', ')}, which proves nothing`)
  return `${tokens.length} × 401 at ${[...new Set(refused)].join(', ')}`
}

async function show(token: string, url: string): Promise<{ status: number; challenge: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'interop', version: '1' } },
    }),
  })
  await response.arrayBuffer()
  return { status: response.status, challenge: response.headers.get('www-authenticate') ?? '' }
}
