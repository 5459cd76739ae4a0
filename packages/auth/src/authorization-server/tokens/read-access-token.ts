import type { ServerContext } from '../context.ts'
import type { AuthorizationServerKinds, GrantRecord } from '../records.ts'
import type { Store } from '../store.ts'
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
  return liveTokenOf(verdict.claims as unknown as AccessTokenClaims, context.options.store) // nobody else makes one
}

/** The grant behind a token that was verified; `undefined` where it has ended, or another under which a client exchanged the token (law 14). */
export async function liveTokenOf(
  claims: AccessTokenClaims,
  store: Store<AuthorizationServerKinds>,
): Promise<LiveAccessToken | undefined> {
  for (const id of claims.exchanged_under ?? []) if ((await store.get('grant', id)) === undefined) return undefined
  const grant = await store.get('grant', claims.grant_id)
  return grant && { grant: grant.value, claims }
}
