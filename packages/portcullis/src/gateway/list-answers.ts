import { headersOfBytes } from '@portcullis/auth/mcp'
import type { UpstreamRefusal } from './refusal.ts'

/** Headers, as names and values in turn, without those that speak of the bytes that the upstream sent. */
export function withoutDigests(headers: readonly string[]): string[] {
  return headers.filter((_, at) => !ofBytes.has(headers[at - (at % 2)] ?? ''))
}

const ofBytes = new Set(headersOfBytes)

export const listAnswerEncoded = unreadable('answered a list compressed, although it was asked not to')
export const listAnswerTooLong = unreadable('answered a list that is too long to be read here')

function unreadable(what: string): UpstreamRefusal {
  return {
    status: 502,
    reason: 'upstream_bad_answer',
    message: `The MCP server behind this gateway ${what}. Your sign-in is untouched; you need not sign in again.`,
    fault: what,
  }
}
