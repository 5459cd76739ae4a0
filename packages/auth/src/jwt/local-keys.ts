import type { JSONWebKeySet } from 'jose'
import { createLocalJWKSet } from 'jose/jwks/local'
import { type KeySet, usableKeys } from './key-set.ts'

/** Keys that are at hand, as a key set like any other. */
export type LocalKeys = KeySet

export function createLocalKeys(jwks: JSONWebKeySet): LocalKeys {
  return { ready: async () => {}, get: usableKeys(createLocalJWKSet(jwks)), forget: () => {} }
}
