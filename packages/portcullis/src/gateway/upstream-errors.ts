import type { UpstreamFailure } from '@portcullis/auth/protocol'
import errors from 'undici/lib/core/errors.js'
import type { UpstreamRefusal } from './refusal.ts'

/** Whether an error is one of the connection to the upstream, or of what came on it; any other is ours. */
export function isOfConnection(error: unknown): boolean {
  return codeOf(error) !== undefined || error instanceof errors.UndiciError || error instanceof errors.HTTPParserError
}

/** What the client and the operator are told when the upstream gave no whole answer, by the error of the connection. */
export function refusalOfError(error: unknown, { hasBegun = false } = {}): UpstreamRefusal {
  const code = codeOf(error)
  const suffix = code === undefined ? '' : ` (${code})`
  if (hasBegun) return unreachable('upstream_broke_off', `broke off within its answer${suffix}`)
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable('upstream_refused', 'refuses connections; it may not be running')
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable('upstream_not_found', 'has a host name that cannot be resolved')
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return unreachable('upstream_unreachable', 'cannot be reached')
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return { ...unreachable('upstream_connect_timeout', 'does not accept connections in time'), status: 504 }
    case 'UND_ERR_HEADERS_TIMEOUT':
      return { ...unreachable('upstream_timeout', 'did not answer in time'), status: 504 }
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH':
    case 'ERR_INVALID_CHAR':
      return badAnswer
    default:
      if (error instanceof errors.HTTPParserError) return badAnswer
      if (certificateErrors.test(code ?? ''))
        return withFault(unreachable('upstream_certificate', 'has a TLS certificate that cannot be verified'), suffix)
      return withFault(unreachable('upstream_broke_off', 'broke off before it answered'), suffix)
  }
}

/** Why an answer is not passed on, by its status; `undefined` for all that are. */
export function refusalOfStatus(status: number): UpstreamRefusal | undefined {
  if (status === 401 || status === 407)
    // Its challenge would send the client to a wrong authorization server (law 7).
    return unreachable(
      'upstream_unauthorized',
      'asks for credentials of its own, which the gateway was not given; tell the operator',
    )
  if (status >= 300 && status < 400 && status !== 304)
    return unreachable(
      'upstream_redirect',
      'answered with a redirect, which is not followed; tell the operator to configure the URL it leads to',
    )
  return undefined
}

export const idleAnswer: UpstreamRefusal = {
  ...unreachable('upstream_idle', 'stopped in the middle of its answer'),
  status: 504,
}

function unreachable(reason: UpstreamFailure, what: string): UpstreamRefusal {
  return {
    status: 502,
    reason,
    message: `The MCP server behind this gateway ${what}. Your sign-in is untouched; you need not sign in again.`,
    fault: what,
  }
}

/** The code says more to the operator than to the client. */
function withFault(refusal: UpstreamRefusal, more: string): UpstreamRefusal {
  return { ...refusal, fault: `${refusal.fault}${more}` }
}

const badAnswer = unreachable('upstream_bad_answer', 'gave an answer that is not valid HTTP')

const certificateErrors = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY)_|EPROTO$)/

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  // Of several addresses that were tried, the first says enough.
  if (error instanceof AggregateError && !('code' in error && error.code !== undefined)) return codeOf(error.errors[0])
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
