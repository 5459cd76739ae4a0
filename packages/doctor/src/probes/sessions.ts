import type { Evidence } from '../evidence/evidence.ts'
import type { Exchange, ProbeRequest } from '../evidence/exchange.ts'
import { sessionBegunBy, sessionHeader } from '../evidence/session-ids.ts'

/**
 * Ends the sessions that a server which lets everybody in has begun: nobody comes back for them (MCP, Streamable HTTP, "Session Management").
 * Last of all, since a server that has one session for everybody may end with it.
 */
export async function endSessions(evidence: Evidence): Promise<void> {
  const endings = evidence.exchanges.flatMap((exchange) => endingOf(exchange) ?? [])
  await Promise.all(endings.map((request) => evidence.ask(request)))
}

/** Asked as the session was begun: a server may bind it to that. */
function endingOf(exchange: Exchange): ProbeRequest | undefined {
  const id = sessionBegunBy(exchange)
  if (id === undefined) return undefined
  const { request } = exchange
  const { 'content-type': _, 'mcp-method': _method, accept: _accept, ...headers } = request.headers
  return { method: 'DELETE', url: request.url, headers: { ...headers, [sessionHeader]: id } }
}
