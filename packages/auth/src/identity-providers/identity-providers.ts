import { type BeginOptions, begin } from './begin.ts'
import { complete } from './complete.ts'
import { resolveOptions, type SignInOptions } from './config.ts'
import type { UpstreamContext } from './context.ts'
import { createUpstreamKeys } from './keys.ts'
import { createMetadata } from './metadata.ts'
import type { Began, Completed, Rechecked } from './outcome.ts'
import type { PresetName } from './presets/presets.ts'
import { recheck } from './recheck.ts'
import { requireFailure, toldOf } from './sign-in-failure.ts'
import { findTransaction } from './transaction.ts'

/** Sign-in through identity providers that were configured. Nothing is stored here: a browser holds the sign-in that it has under way. */
export interface IdentityProviders {
  readonly list: readonly { id: string; name: string; preset: PresetName }[]
  /** The browser's way out. Rejects for bugs alone. */
  begin(id: string, options: BeginOptions): Promise<Began>
  /** The browser's way back: the request at `<origin>/account/callback/<id>`, by GET. Rejects for bugs alone. */
  complete(id: string, request: Request): Promise<Completed>
  /**
   * Asks the identity provider whether a person still is who they were, by what `complete` gave to keep. One at a time for each person, and what comes
   * of it is stored at once: refresh tokens rotate, and one that is used twice is refused. Rejects for bugs alone.
   */
  recheck(id: string, upstream: string): Promise<Rechecked>
}

/**
 * An OpenID Connect and OAuth 2.0 client towards identity providers: authorization code with PKCE, `state`, `nonce` and `iss`, each sign-in bound to the
 * browser that began it. Needs the package `oauth4webapi`. Throws `TypeError` for options that cannot stand.
 */
export function createIdentityProviders(options: SignInOptions): IdentityProviders {
  const resolved = resolveOptions(options)
  const contexts = new Map<string, UpstreamContext>(
    [...resolved.identityProviders.values()].map((identityProvider) => {
      const metadata = createMetadata(identityProvider, resolved)
      return [
        identityProvider.id,
        { identityProvider, options: resolved, metadata, keys: createUpstreamKeys(metadata, resolved) },
      ]
    }),
  )

  return {
    list: [...resolved.identityProviders.values()].map(({ id, name, options: { preset } }) => ({ id, name, preset })),
    async begin(id, beginOptions) {
      const context = contexts.get(id)
      if (context === undefined) return { kind: 'unknown' }
      try {
        return await begin(beginOptions, context)
      } catch (error) {
        return { kind: 'unavailable', ...toldOf(requireFailure(error)) }
      }
    },
    async complete(id, request) {
      const url = new URL(request.url)
      const found = await findTransaction(url.searchParams.get('state') ?? '', request, resolved)
      const { setCookies } = found
      if (found.kind === 'none') return { kind: 'refused', reason: 'no_transaction', detail: noTransaction, setCookies }
      const { returnTo, purpose } = found.transaction
      const given = { returnTo, ...(purpose !== undefined && { purpose }), setCookies }
      const context = contexts.get(id)
      if (context === undefined)
        return { kind: 'refused', reason: 'mixed_up', detail: 'There is no such identity provider', ...given }
      try {
        const { identity, upstream } = await complete(url, found.transaction, context)
        return { kind: 'signed_in', identity, ...(upstream !== undefined && { upstream }), ...given }
      } catch (error) {
        const failure = requireFailure(error)
        return { ...failure.fact, ...toldOf(failure), ...given }
      }
    },
    async recheck(id, upstream) {
      const context = contexts.get(id)
      if (context === undefined) return { kind: 'ended', detail: 'The identity provider is not configured any more' }
      return recheck(upstream, context)
    },
  }
}

const noTransaction =
  'This browser has no such sign-in under way: it was finished before, took longer than ten minutes, or began in another browser. Begin again'
