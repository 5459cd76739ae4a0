import type { KeySet } from '../jwt/key-set.ts'
import type { ResolvedIdentityProvider, ResolvedSignInOptions } from './config.ts'
import type { Metadata } from './metadata.ts'

/** One identity provider, and what is needed to speak with it. */
export interface UpstreamContext {
  identityProvider: ResolvedIdentityProvider
  options: ResolvedSignInOptions
  metadata: () => Promise<Metadata>
  keys: KeySet
}
