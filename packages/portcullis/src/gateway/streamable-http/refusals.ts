import { methodNotAllowed, type Refusal, type UpstreamRefusal } from '../refusal.ts'
import { legacyVersions } from './revisions.ts'

export const noSession: Refusal = {
  status: 400,
  reason: 'no_session',
  message: 'The request names no session: send "initialize" first, and then Mcp-Session-Id',
}

export const notAcceptable: Refusal = {
  status: 406,
  reason: 'not_acceptable',
  message: 'The client must accept text/event-stream',
}

/** No code of the specification's: by this clients know that they have to open a session. */
export const legacyAlone: Refusal = {
  status: 400,
  reason: 'wrong_protocol_version',
  message: `This server speaks revisions until ${legacyVersions.at(-1)}: open a session with "initialize"`,
}

/** Revisions without sessions have no stream of their own, and nothing to end. */
export const postAlone: Refusal = { ...methodNotAllowed, headers: { Allow: 'POST, OPTIONS' } }

export const silent: UpstreamRefusal = ofUpstream(
  'upstream_timeout',
  504,
  'did not answer in time',
  'did not answer in time',
)

/** `what` and `fault` go on from "The MCP server": for the client, and for the operator. */
export function ofUpstream(
  reason: UpstreamRefusal['reason'],
  status: number,
  what: string,
  fault: string,
): UpstreamRefusal {
  return {
    status,
    reason,
    message: `The MCP server behind this gateway ${what}. Your sign-in is untouched; you need not sign in again.`,
    fault,
  }
}
