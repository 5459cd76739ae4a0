import type { ResolvedOptions } from './config.ts'
import type { Limits } from './limits.ts'
import type { EndGrantOptions } from './revocation/end-grant.ts'
import type { DerivedKeys } from './tokens/derived-keys.ts'
import type { SigningKeys } from './tokens/signing-keys.ts'

/** What the endpoints are given by the composition root. */
export interface ServerContext {
  options: ResolvedOptions
  derivedKeys: DerivedKeys
  /** The signing keys, loaded once. */
  signingKeys: () => Promise<SigningKeys>
  limits: Limits
  grantEnds: EndGrantOptions
}
