import type { Evidence } from '../evidence/evidence.ts'
import type { Exchange } from '../evidence/exchange.ts'
import { askBesideRegistration, type BesideRegistration, refusalToRegister } from '../probes/registration-refused.ts'
import { documentRequest, endpointRequest, type FirstRequest, mcpRequest } from '../probes/requests.ts'
import type { Leg } from '../probes/voices.ts'
import { asFetched, follow, type Redirects } from './redirects.ts'
import { answered } from './unanswered.ts'

/** What a client has in its hands: the same evidence for all, but where it is shut out. */
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

/** The answer that shuts the client out; `undefined` where it does not. */
export type Refusal = (leg: Leg, url: string) => Exchange | undefined

export function createWire(evidence: Evidence, refusal: Refusal = () => undefined): Wire {
  return {
    target: evidence.target,
    async first(first, { protocolVersion, redirects = 'none' } = {}) {
      const version = protocolVersion !== undefined && { protocolVersion }
      const refused = refusal('mcp', evidence.target)
      if (refused !== undefined) return refused
      const answer = await evidence.ask(mcpRequest(evidence.target, first, { ...version }))
      return answered(await follow(answer, redirects, evidence))
    },
    async document(url, { redirects = 'follow' } = {}) {
      const refused = refusal('document', url)
      if (refused !== undefined) return refused
      const answer = answered(await follow(await evidence.ask(documentRequest(url)), redirects, evidence))
      return redirects === 'follow' ? asFetched(answer) : answer
    },
    async endpoint(url) {
      return refusal('endpoint', url) ?? answered(await evidence.ask(endpointRequest(url)))
    },
    async registration(url, beside) {
      const refused = refusal('endpoint', url)
      if (refused !== undefined) return { exchange: refused, isRefused: true }
      const [answer] = await Promise.all([
        evidence.ask(endpointRequest(url)),
        askBesideRegistration(evidence, url, beside),
      ])
      const refusalSeen = refusalToRegister(evidence, answer, beside)
      return { exchange: refusalSeen ?? answered(answer), isRefused: refusalSeen !== undefined }
    },
  }
}
