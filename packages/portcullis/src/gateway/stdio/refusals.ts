import type { UpstreamRefusal } from '../refusal.ts'
import { ofUpstream } from '../streamable-http/refusals.ts'

/** It ended before it could be asked anything. */
export function notStarted(how: string, lastSaid: string | undefined): UpstreamRefusal {
  return ofUpstream('upstream_not_started', 502, 'could not be started', withWords(how, lastSaid))
}

/** It ended while somebody waited. */
export function ended(how: string, lastSaid: string | undefined): UpstreamRefusal {
  return ofUpstream('upstream_ended', 502, 'ended before it answered', withWords(how, lastSaid))
}

/** It ended again and again. `seconds` until it is tried again. */
export function resting(seconds: number): UpstreamRefusal {
  const message = 'keeps ending, and is tried again in a moment'
  const fault = `keeps ending: it is started again in ${seconds} s at the earliest. The lines before say how it ended`
  return { ...ofUpstream('upstream_resting', 503, message, fault), headers: { 'Retry-After': String(seconds) } }
}

export const atCapacity: UpstreamRefusal = {
  ...ofUpstream(
    'upstream_at_capacity',
    503,
    'runs as often as it may; try again',
    'runs as often as limits.processes and limits.processesPerPerson allow, and each time somebody waits for it',
  ),
  headers: { 'Retry-After': '5' },
}

/** Its program cannot be set up for this person. */
export function claimMissing(what: string): UpstreamRefusal {
  return ofUpstream(
    'upstream_claim_missing',
    403,
    'needs to know more of you than your sign-in says; tell the operator',
    what,
  )
}

export const stuck: UpstreamRefusal = {
  ...ofUpstream('upstream_timeout', 503, 'does not read what it is sent; try again', 'does not read its stdin'),
  headers: { 'Retry-After': '5' },
}

function withWords(how: string, lastSaid: string | undefined): string {
  return lastSaid === undefined ? how : `${how}; its last words were: ${lastSaid}`
}
