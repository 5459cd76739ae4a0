import type { Evidence } from '../evidence/evidence.ts'
import { bogusToken, browserOrigin, mcpRequest, preflightRequest, toolsRequest } from './requests.ts'

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
}

export function mcpPreflight(target: string) {
  return preflightRequest(target, 'POST', 'authorization, content-type, mcp-protocol-version')
}
