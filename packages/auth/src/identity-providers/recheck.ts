import type { UpstreamContext } from './context.ts'
import { identify } from './identify.ts'
import type { Metadata } from './metadata.ts'
import type { Rechecked } from './outcome.ts'
import { requireFailure, SignInFailure, toldOf } from './sign-in-failure.ts'
import { refresh, type Tokens } from './tokens.ts'
import { openUpstream, sealUpstream, type UpstreamTokens } from './upstream-tokens.ts'

/** Asks who somebody is now. Rejects for bugs alone. */
export async function recheck(sealed: string, context: UpstreamContext): Promise<Rechecked> {
  let renewed: string | undefined
  try {
    const kept = await openUpstream(sealed, context)
    if (kept === undefined)
      throw new SignInFailure(
        'code_refused',
        'What was kept of the sign-in cannot be read: the server’s secrets or the identity provider changed',
      )
    const metadata = await context.metadata()
    const tokens = await tokensOf(kept, metadata, context)
    renewed = await sealUpstream({ ...kept, ...tokens }, kept, context)
    const identity = await identify(tokens, metadata, context, kept)
    if (identity.subject !== kept.subject || identity.issuer !== kept.issuer)
      throw new SignInFailure('code_refused', 'The identity provider answered for another person') // OpenID Connect Core §12.2
    return { kind: 'active', identity, upstream: renewed ?? sealed }
  } catch (error) {
    const failure = requireFailure(error)
    if (saysNo(failure)) return { kind: 'ended', ...toldOf(failure) }
    return { kind: 'unavailable', ...toldOf(failure), ...(renewed !== undefined && { upstream: renewed }) }
  }
}

async function tokensOf(
  { refreshToken, accessToken = '' }: UpstreamTokens,
  metadata: Metadata,
  context: UpstreamContext,
): Promise<Tokens> {
  return refreshToken === undefined ? { accessToken } : refresh(refreshToken, metadata, context)
}

/** Whether it is the person who is refused, and not this server. */
function saysNo({ fact }: SignInFailure): boolean {
  return fact.kind === 'refused' && (fact.reason === 'code_refused' || fact.reason === 'wrong_organisation')
}
