import { fromBase64url } from '../authorization-server/tokens/base64url.ts'
import { verifyIdTokenSignature } from '../jwt/verify-id-token.ts'
import type { UpstreamContext } from './context.ts'
import type { Metadata } from './metadata.ts'
import type { Claims } from './presets/preset.ts'
import { notProved, SignInFailure, unavailable } from './sign-in-failure.ts'

/** The metadata as this ID token is to be judged by it: an issuer of many tenants names itself by the tenant. */
export async function forToken(
  metadata: Metadata,
  response: Response,
  { identityProvider }: UpstreamContext,
): Promise<Metadata> {
  const { preset, options } = identityProvider
  if (preset.issuerOfToken === undefined || response.status !== 200) return metadata
  const unverified = unverifiedClaims(
    await response
      .clone()
      .json()
      .catch(() => undefined),
  )
  return { ...metadata, issuer: preset.issuerOfToken(unverified, options, metadata.issuer) }
}

/** What an ID token claims before anything of it is verified: to know by which issuer to verify it. */
function unverifiedClaims(answer: unknown): Claims {
  try {
    const { id_token: token } = answer as { id_token?: unknown } // judged here
    const [, payload = ''] = String(token).split('.')
    const claims: unknown = JSON.parse(new TextDecoder().decode(fromBase64url(payload)))
    return typeof claims === 'object' && claims !== null ? { ...claims } : {}
  } catch {
    return {}
  }
}

/**
 * The claims of an ID token that the library found to be for us, once it is known who signed them (OpenID Connect Core §3.1.3.7). Throws
 * `SignInFailure`.
 */
export async function signedClaims(idToken: string, metadata: Metadata, context: UpstreamContext): Promise<Claims> {
  const algorithms = metadata.id_token_signing_alg_values_supported ?? []
  const verdict = await verifyIdTokenSignature(idToken, { keys: context.keys, algorithms })
  switch (verdict.kind) {
    case 'invalid':
      throw notProved(verdict.detail)
    case 'unavailable':
      throw unavailable('The keys of the identity provider cannot be read', { cause: verdict.cause })
    case 'valid':
      requireSense(verdict.claims, context)
      return verdict.claims
    default:
      return verdict satisfies never
  }
}

/** What the library leaves to its user. */
function requireSense({ sub, azp, iat }: Claims, { identityProvider, options }: UpstreamContext): void {
  if (typeof sub !== 'string' || sub === '' || sub.length > longestSubject) throw notProved('its "sub" names nobody')
  // Whoever asked for it, if it says so, is us: with one audience alone the library does not look.
  if (azp !== undefined && azp !== identityProvider.options.clientId) throw notProved('its "azp" is another client')
  const ahead = Number(iat) - options.now()
  if (ahead > options.clockTolerance)
    throw new SignInFailure('clock', 'The clock of the identity provider is ahead of this server’s', {
      told: `by ${ahead} seconds`,
    })
}

const longestSubject = 255 // OpenID Connect Core §2
