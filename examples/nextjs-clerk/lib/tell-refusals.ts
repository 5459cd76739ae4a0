import type { ConnectionEvent } from '@portcullis/auth'

/** What an operator has to know who wonders why somebody's token does not work; no token stands in it. */
export function tellRefusals(event: ConnectionEvent): void {
  if (event.type === 'token_rejected') console.warn(`mcp: a token was refused, ${told(event.reason, event.detail)}`)
  if (event.type === 'verification_unavailable')
    console.error(`mcp: tokens cannot be verified, ${told(event.reason, event.detail)}`)
  if (event.type === 'metadata_unavailable') console.error(`mcp: Clerk's metadata cannot be shown: ${event.detail}`)
}

function told(reason: string, detail: string | undefined): string {
  return detail === undefined ? reason : `${reason}: ${detail}`
}
