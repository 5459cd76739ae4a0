import type { Evidence } from '../evidence/evidence.ts'
import { statusOf } from '../evidence/exchange.ts'
import { bogusToken, browserOrigin, deleteRequest, mcpRequest, preflightRequest, toolsRequest } from './requests.ts'

/** The version that some clients name, whatever they speak. */
export const oldProtocolVersion = '2024-11-05'

/** C: what the MCP URL says to those who have no token, and to one who has a wrong one. */
export async function probeChallenge(evidence: Evidence): Promise<void> {
  const { target } = evidence
  await Promise.all(
    [
      mcpRequest(target, 'post_initialize'),
      mcpRequest(target, 'post_initialize', { token: bogusToken }),
      mcpRequest(target, 'post_initialize', { protocolVersion: oldProtocolVersion }),
      mcpRequest(target, 'post_initialize', { origin: browserOrigin }),
      mcpRequest(target, 'post_discover'),
      mcpRequest(target, 'get'),
      mcpRequest(target, 'head'),
      toolsRequest(target),
      mcpPreflight(target),
    ].map((request) => evidence.ask(request)),
  )
  // Where strangers are let in, nothing that might end something is asked of anybody.
  const first = await evidence.ask(mcpRequest(target, 'post_initialize'))
  if (statusOf(first) === 401) await evidence.ask(deleteRequest(target))
}

export function mcpPreflight(target: string) {
  return preflightRequest(target, 'POST', 'authorization, content-type, mcp-protocol-version')
}
