import type { Evidence } from '../evidence/evidence.ts'
import type { Exchange, ProbeRequest } from '../evidence/exchange.ts'
import { mayPost } from '../probes/may-post.ts'
import { documentRequest, endpointRequest, type FirstRequest, mcpRequest, type Voice } from '../probes/requests.ts'
import { asFetched, follow, type Redirects } from './redirects.ts'

/** What a client has in its hands: the same evidence for all, asked in its own voice where that makes a difference. */
export interface Wire {
  /** The URL that the person typed. */
  readonly target: string
  /** The first request to the MCP URL, without a token. Default: redirects are left alone. */
  first(request: FirstRequest, options?: FirstOptions): Promise<Exchange>
  /** A document. `redirects`: whether it goes where it is sent (default: anywhere); the last exchange is the answer. */
  document(url: string, options?: { redirects?: Redirects }): Promise<Exchange>
  /** What shows whether there is anything at an endpoint: a 404 where there is not. Nothing is posted to whom somebody else names. */
  endpoint(method: 'GET' | 'POST', url: string): Promise<Exchange>
}

export interface FirstOptions {
  /** `MCP-Protocol-Version`. Default: as current clients send it with that request. */
  protocolVersion?: string | undefined
  redirects?: Redirects
}

/** `mcp` is how the client calls itself at the MCP URL, `discovery` at documents and endpoints. */
export function createWire(evidence: Evidence, mcp: Voice, discovery: Voice = mcp): Wire {
  return {
    target: evidence.target,
    async first(first, { protocolVersion, redirects = 'none' } = {}) {
      const version = protocolVersion !== undefined && { protocolVersion }
      return follow(
        await evidence.ask(mcpRequest(evidence.target, first, { voice: mcp, ...version })),
        redirects,
        evidence,
      )
    },
    async document(url, { redirects = 'follow' } = {}) {
      const answer = await follow(await evidence.ask(documentRequest(url, discovery)), redirects, evidence)
      return redirects === 'follow' ? asFetched(answer) : answer
    },
    async endpoint(method, url) {
      const request = endpointRequest(method, url, discovery)
      return method === 'GET' || mayPost(evidence, url) ? evidence.ask(request) : notAsked(request)
    },
  }
}

function notAsked(request: ProbeRequest): Exchange {
  const detail = 'Its own server does not name it, so nothing is posted there'
  return { id: 0, request, outcome: { kind: 'failure', reason: 'not_asked', detail }, milliseconds: 0 }
}
