import { createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { type KeySet, usableKeys } from './key-set.ts'

/** Keys that are at hand, as a key set like any other. */
export type LocalKeys = KeySet

export function createLocalKeys(jwks: JSONWebKeySet): LocalKeys {
  return { ready: async () => {}, get: usableKeys(createLocalJWKSet(jwks)), forget: () => {} }
}
