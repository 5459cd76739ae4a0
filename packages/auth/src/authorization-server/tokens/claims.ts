import type { ClaimsFailure } from '../../protocol/refusals.ts'
import { isReservedClaim } from '../../protocol/reserved-claims.ts'
import type { ResolvedOptions } from '../config.ts'
import { TokenRefusedError } from '../grants/token-refused-error.ts'
import { within } from '../within.ts'

/** What an access token is about to say. */
export interface ClaimsRequest {
  subject: string
  clientId: string
  resource: string
  scope: readonly string[]
  grantId: string
}

/**
 * Claims to add to an access token, as JSON. Where it throws, or takes longer than `claimsTimeout`, the client gets `temporarily_unavailable` and can
 * ask again with what it holds; where what it gives cannot stand, `server_error`; a `claims_failed` event says why. The client waits for it. A grant
 * that ends meanwhile gives no token.
 */
export type ClaimsHook = (
  request: ClaimsRequest,
) => Readonly<Record<string, unknown>> | undefined | Promise<Readonly<Record<string, unknown>> | undefined>

/** Claims of the host that were judged. */
export type ExtraClaims = Readonly<Record<string, unknown>>

const longest = 4096 // bytes of JSON; servers refuse headers of 8 KiB and more
const none: ExtraClaims = Object.freeze({})

/**
 * Asks the host for claims, before anything is consumed (law 5): whole or not at all, and none that is the issuer's own.
 * Throws `TokenRefusedError`, `temporarily_unavailable` or `server_error`.
 */
export async function extraClaims(
  request: ClaimsRequest,
  { claims, claimsTimeout, onEvent }: Pick<ResolvedOptions, 'claims' | 'claimsTimeout' | 'onEvent'>,
): Promise<ExtraClaims> {
  if (claims === undefined) return none
  const fail = (reason: ClaimsFailure, detail: string, cause?: unknown) => {
    onEvent({ type: 'claims_failed', reason, detail, ...request, ...(cause !== undefined && { cause }) })
    const isPassing = reason === 'hook_failed' || reason === 'hook_late'
    return new TokenRefusedError(
      isPassing ? 'temporarily_unavailable' : 'server_error',
      'claims_unavailable',
      isPassing ? 'The claims of the token cannot be had now; try again' : 'The claims of the token cannot be had',
    )
  }
  let text: string | undefined
  try {
    const given = await within(claimsTimeout, asked(claims, request), () => new LateError())
    if (given === undefined) return none
    text = JSON.stringify(given)
  } catch (cause) {
    if (cause instanceof LateError) throw fail('hook_late', `The hook has not answered within ${claimsTimeout} seconds`)
    throw fail('hook_failed', 'The hook threw', cause)
  }
  const parsed: unknown = text === undefined ? undefined : JSON.parse(text) // what would be signed, not what was given
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw fail('not_an_object', 'What the hook gave is no JSON object')
  const reserved = Object.keys(parsed).find(isReservedClaim)
  if (reserved !== undefined) throw fail('reserved_name', `The claim "${reserved}" is the authorization server's own`)
  const length = new TextEncoder().encode(text).byteLength
  if (length > longest) throw fail('too_large', `The claims have ${length} bytes as JSON, more than ${longest}`)
  return Object.freeze({ ...parsed })
}

class LateError extends Error {}

/** A promise whatever the hook does, throwing at once included. */
async function asked(claims: ClaimsHook, request: ClaimsRequest): Promise<Awaited<ReturnType<ClaimsHook>>> {
  return claims({ ...request })
}
