import type { Evidence } from '../evidence/evidence.ts'
import type { Exchange } from '../evidence/exchange.ts'
import { askBesideRegistration, type BesideRegistration, refusalToRegister } from '../probes/registration-refused.ts'
import { documentRequest, endpointRequest, type FirstRequest, mcpRequest, type Voice } from '../probes/requests.ts'
import { asFetched, follow, type Redirects } from './redirects.ts'
import { answered } from './unanswered.ts'

/** What a client has in its hands: the same evidence for all, asked in its own voice where that makes a difference. */
export interface Wire {
  /** The URL that the person typed. */
  readonly target: string
  /** The first request to the MCP URL, without a token. Default: redirects are left alone. */
  first(request: FirstRequest, options?: FirstOptions): Promise<Exchange>
  /** A document. `redirects`: whether it goes where it is sent (default: anywhere); the last exchange is the answer. */
  document(url: string, options?: { redirects?: Redirects }): Promise<Exchange>
  /** What shows whether there is anything at an endpoint that is opened: a 404 where there is not. */
  endpoint(url: string): Promise<Exchange>
  /** What a registration endpoint shows while nothing is posted there. */
  registration(url: string, beside: BesideRegistration): Promise<Registration>
}

export interface Registration {
  /** What shows it, else what the endpoint answers. */
  readonly exchange: Exchange
  readonly isRefused: boolean
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
      const answer = await evidence.ask(mcpRequest(evidence.target, first, { voice: mcp, ...version }))
      return answered(await follow(answer, redirects, evidence))
    },
    async document(url, { redirects = 'follow' } = {}) {
      const answer = answered(await follow(await evidence.ask(documentRequest(url, discovery)), redirects, evidence))
      return redirects === 'follow' ? asFetched(answer) : answer
    },
    endpoint: async (url) => answered(await evidence.ask(endpointRequest(url, discovery))),
    async registration(url, beside) {
      const [answer] = await Promise.all([
        evidence.ask(endpointRequest(url, discovery)),
        askBesideRegistration(evidence, url, beside, discovery),
      ])
      const refusal = refusalToRegister(evidence, answer, beside, discovery)
      return { exchange: refusal ?? answered(answer), isRefused: refusal !== undefined }
    },
  }
}
