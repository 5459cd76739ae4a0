import type { Evidence } from '../evidence/evidence.ts'
import { type Exchange, headerOf, statusOf } from '../evidence/exchange.ts'
import { documentRequest, type FirstRequest, mcpRequest, type Voice } from '../probes/requests.ts'

/** What a client has in its hands: the same evidence for all, asked in its own voice where that makes a difference. */
export interface Wire {
  /** The URL that the person typed. */
  readonly target: string
  /** The first request to the MCP URL, without a token. */
  first(request: FirstRequest, protocolVersion?: string): Promise<Exchange>
  /** A document. `redirects`: whether it goes where it is sent; the last exchange is the answer. */
  document(url: string, options?: { redirects?: 'follow' | 'within_origin' | 'none' }): Promise<Exchange>
}

const mostRedirects = 5

export function createWire(evidence: Evidence, voice: Voice): Wire {
  async function followed(exchange: Exchange, within: 'follow' | 'within_origin' | 'none'): Promise<Exchange> {
    let last = exchange
    for (let hop = 0; hop < mostRedirects; hop += 1) {
      const target = redirectTarget(last)
      if (target === undefined || within === 'none') return last
      if (within === 'within_origin' && new URL(target).origin !== new URL(last.request.url).origin) return last
      last = await evidence.ask({ ...last.request, url: target })
    }
    return last
  }

  return {
    target: evidence.target,
    first: (first, protocolVersion) =>
      evidence.ask(
        mcpRequest(evidence.target, first, { voice, ...(protocolVersion !== undefined && { protocolVersion }) }),
      ),
    async document(url, { redirects = 'follow' } = {}) {
      return followed(await evidence.ask(documentRequest(url, voice)), redirects)
    },
  }
}

function redirectTarget(exchange: Exchange): string | undefined {
  const status = statusOf(exchange)
  const location = headerOf(exchange, 'location')
  if (status === undefined || status < 300 || status > 399 || location === undefined) return undefined
  return URL.canParse(location, exchange.request.url) ? new URL(location, exchange.request.url).href : undefined
}
