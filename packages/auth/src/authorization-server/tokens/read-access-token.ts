import type { ServerContext } from '../context.ts'
import type { GrantRecord } from '../records.ts'
import type { AccessTokenClaims } from './access-token.ts'
import { verifyOwnAccessToken } from './own-access-token.ts'

/** An access token of ours that is valid now, and whose grant has not ended. */
export interface LiveAccessToken {
  grant: GrantRecord
  claims: AccessTokenClaims
}

/** Reads an access token of either form; `undefined` where it is not ours, has expired, or its grant has ended, which the store alone knows. */
export async function readAccessToken(
  token: string,
  context: Pick<ServerContext, 'options' | 'derivedKeys' | 'publishedKeys'>,
): Promise<LiveAccessToken | undefined> {
  const verdict = await verifyOwnAccessToken(token, context)
  if (verdict.kind === 'unavailable') throw verdict.cause
  if (verdict.kind === 'invalid') return undefined
  const claims = verdict.claims as unknown as AccessTokenClaims // nobody else makes one
  const grant = await context.options.store.get('grant', claims.grant_id)
  return grant && { grant: grant.value, claims }
}
