import { openText, type SealedFor, sealText } from '../authorization-server/tokens/sealed-text.ts'
import { isOpenId } from './client.ts'
import type { UpstreamContext } from './context.ts'
import type { Known } from './identify.ts'
import type { Tokens } from './tokens.ts'

/** What a person is asked about later with. It is kept by the host, sealed; a store that leaks it gives nothing away. */
export interface UpstreamTokens extends Known {
  refreshToken?: string
  /** Where no refresh token is given and access tokens do not end, as GitHub's. */
  accessToken?: string
}

/** Sealed for one identity provider; `undefined` where it gave nothing that lasts. */
export async function sealUpstream(
  { accessToken, refreshToken }: Pick<Tokens, 'accessToken' | 'refreshToken'>,
  { issuer, subject, authTime, isAuthTimeProved }: Known,
  context: UpstreamContext,
): Promise<string | undefined> {
  if (refreshToken === undefined && isOpenId(context)) return undefined
  const kept: UpstreamTokens = {
    issuer,
    subject,
    authTime,
    isAuthTimeProved,
    ...(refreshToken === undefined ? { accessToken } : { refreshToken }),
  }
  return sealText(JSON.stringify(kept), sealedFor(context), context.options.keys)
}

/** `undefined` where it was sealed by a secret that is not configured any more, or for another identity provider. */
export async function openUpstream(sealed: string, context: UpstreamContext): Promise<UpstreamTokens | undefined> {
  const opened = await openText(sealed, sealedFor(context), context.options.keys)
  return opened && (JSON.parse(opened.text) as UpstreamTokens) // only what we sealed ourselves opens
}

function sealedFor({ identityProvider: { id, issuer } }: UpstreamContext): SealedFor {
  return { use: 'upstream tokens', boundTo: `${id} ${issuer}` }
}
