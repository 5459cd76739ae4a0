import type { JSONWebKeySet } from '../../jwt/key-set.ts'
import type { SigningAlgorithm, SigningKey } from '../../jwt/sign.ts'
import type { ResolvedOptions } from '../config.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'
import { createSignerKeys } from './signer.ts'
import { createStoredKeys } from './stored-keys.ts'

/** The keys of the server, wherever they are. */
export interface SigningKeys {
  /** The key that signs now. Rejects where it cannot be had, with `MissingSecretError` where its secret is missing. */
  current(): Promise<SigningKey>
  /** The key set that is published now (RFC 7517 §5): whatever verifies tokens that are in flight, and those that will be soon. */
  published(): Promise<JSONWebKeySet>
  /** What tokens are signed with now and will be soon. */
  algorithms(): Promise<readonly SigningAlgorithm[]>
}

export function createSigningKeys(
  options: Pick<ResolvedOptions, 'store' | 'now' | 'onEvent' | 'signingKeys' | 'signer' | 'signerTimeout'>,
  derived: DerivedKeys,
): SigningKeys {
  return options.signer === undefined ? createStoredKeys(options, derived) : createSignerKeys(options.signer, options)
}
