import type { UpstreamContext } from './context.ts'
import { identify } from './identify.ts'
import type { Identity } from './identity.ts'
import { SignInFailure } from './sign-in-failure.ts'
import { refresh, type Tokens } from './tokens.ts'
import { openUpstream, sealUpstream, type UpstreamTokens } from './upstream-tokens.ts'

/** Asks who somebody is now. Throws `SignInFailure`, `code_refused` where the identity provider says no. */
export async function recheck(
  sealed: string,
  context: UpstreamContext,
): Promise<{ identity: Identity; upstream: string }> {
  const kept = await openUpstream(sealed, context)
  if (kept === undefined)
    throw new SignInFailure(
      'code_refused',
      'What was kept of the sign-in cannot be read: the server’s secrets or the identity provider changed',
    )
  const metadata = await context.metadata()
  const tokens = await tokensOf(kept, context)
  const identity = await identify(tokens, metadata, context, kept)
  if (identity.subject !== kept.subject || identity.issuer !== kept.issuer)
    throw new SignInFailure('code_refused', 'The identity provider answered for another person') // OpenID Connect Core §12.2
  return { identity, upstream: (await sealUpstream({ ...kept, ...tokens }, identity, context)) ?? sealed }
}

async function tokensOf({ refreshToken, accessToken = '' }: UpstreamTokens, context: UpstreamContext): Promise<Tokens> {
  return refreshToken === undefined ? { accessToken } : refresh(refreshToken, await context.metadata(), context)
}
