import type { ServerContext } from '../context.ts'
import { SignerError } from '../keys/key-elsewhere.ts'
import { signIdToken } from '../openid/id-token.ts'
import { issueAccessToken } from '../tokens/access-token.ts'
import type { Issued } from './grant-type.ts'
import { TokenRefusedError } from './token-refused-error.ts'

/** The tokens of a token request that a key of the server is needed for, which may be elsewhere and out of reach. */
export interface SignedTokens {
  accessToken: string
  idToken: string | undefined
  /** Seconds that both live. */
  lifetime: number
}

/** Throws `TokenRefusedError` `temporarily_unavailable` where a key held elsewhere does not sign. */
export async function signTokens(issued: Omit<Issued, 'signed'>, context: ServerContext): Promise<SignedTokens> {
  try {
    return await sign(issued, context)
  } catch (cause) {
    if (!(cause instanceof SignerError)) throw cause
    context.options.onEvent({ type: 'failure', operation: 'signer', cause })
    const description = 'No token can be signed now; try again'
    throw new TokenRefusedError('temporarily_unavailable', 'signer_unavailable', description)
  }
}

async function sign(
  { grantId, grant, scope, claims, exchanged, idToken }: Omit<Issued, 'signed'>,
  context: ServerContext,
): Promise<SignedTokens> {
  const { options, signingKey } = context
  const issuedAt = options.now()
  // A host that took its time with the claims makes no token live longer than its grant says, and is kept for.
  const ofGrant = Math.max(issuedAt + 1, grant.accessTokensUntil ?? Number.POSITIVE_INFINITY)
  const expiresAt = Math.min(issuedAt + options.accessTokenLifetime, exchanged?.expiresAt ?? ofGrant)
  const actor = exchanged?.actor ?? grant.actor
  const { clientId, resource } = exchanged ?? grant
  const accessToken = await issueAccessToken(
    {
      grantId,
      grant,
      clientId,
      resource,
      ...(actor !== undefined && { actor }),
      ...(exchanged !== undefined && { exchangedUnder: exchanged.under }),
      scope,
      issuedAt,
      expiresAt,
      tokenId: crypto.randomUUID(),
      extraClaims: claims,
    },
    context,
  )
  const lifetime = expiresAt - issuedAt
  const about = { issuer: options.issuer, grant, issuedAt, lifetime, accessToken, nonce: idToken?.nonce }
  return { accessToken, idToken: idToken && (await signIdToken(await signingKey(), about)), lifetime }
}
