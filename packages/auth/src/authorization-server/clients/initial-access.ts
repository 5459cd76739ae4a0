import { formatChallenge } from '../../protocol/challenge.ts'
import type { ResolvedOptions } from '../config.ts'
import type { PlainRequest, PlainResponse } from '../plain-http.ts'
import { jsonResponse } from '../responses.ts'
import { hashClientSecret, sameHash } from './secret-hash.ts'

/** Whether somebody may register. `by` tells one initial access token from another, and is none. */
export type InitialAccess =
  | { kind: 'granted'; by: string }
  | { kind: 'refused'; reason: 'missing_token' | 'wrong_token' }

/** Looks at the initial access token of a registration (RFC 7591 §3, RFC 6750 §2.1). Where none are wanted, everybody may. */
export async function initialAccessOf(
  request: PlainRequest,
  { initialAccessTokens }: Pick<ResolvedOptions, 'initialAccessTokens'>,
): Promise<InitialAccess> {
  if (initialAccessTokens.length === 0) return { kind: 'granted', by: '' }
  const [, token] = /^bearer +(\S+) *$/i.exec(request.headers.get('authorization') ?? '') ?? []
  if (token === undefined) return { kind: 'refused', reason: 'missing_token' }
  const presented = await hashClientSecret(token)
  const known = await Promise.all(initialAccessTokens.map(hashClientSecret))
  if (!known.some((hash) => sameHash(hash, presented))) return { kind: 'refused', reason: 'wrong_token' }
  return { kind: 'granted', by: presented }
}

/** Why it is refused, for the client and for whoever reads events. */
export const initialAccessRefusals = {
  missing_token: 'Registration needs an initial access token',
  wrong_token: 'The initial access token is not one of this server',
} as const

/** 401 with a Bearer challenge, which names an error only where a token was shown (RFC 6750 §3.1). */
export function initialAccessChallenge(reason: keyof typeof initialAccessRefusals): PlainResponse {
  const errorDescription = initialAccessRefusals[reason]
  const challenge = reason === 'missing_token' ? {} : ({ error: 'invalid_token', errorDescription } as const)
  return jsonResponse({ error: 'invalid_token', error_description: errorDescription }, 401).with({
    'www-authenticate': formatChallenge(challenge),
  })
}
