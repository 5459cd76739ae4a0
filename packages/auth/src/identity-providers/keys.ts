import { createKeySet, type JSONWebKeySet, type KeySet } from '../jwt/key-set.ts'
import type { ResolvedSignInOptions } from './config.ts'
import type { Metadata } from './metadata.ts'

const staleFor = 86_400 // seconds; a key that was withdrawn must not come back with whoever has been away for long

/** The keys of an identity provider: held, served on while they cannot be read, and read anew for a token whose key is not among them. */
export function createUpstreamKeys(
  metadata: () => Promise<Metadata>,
  { fetch, now }: Pick<ResolvedSignInOptions, 'fetch' | 'now'>,
): KeySet {
  return createKeySet({
    async read() {
      const { jwks_uri: uri } = await metadata()
      if (uri === undefined) throw new Error('the metadata names no keys')
      // A cache on the way must not bring back a key that was taken back.
      const headers = { accept: 'application/json', 'cache-control': 'no-cache' }
      const response = await fetch(uri, { method: 'GET', headers })
      if (response.status !== 200) throw new Error(`status ${response.status}`)
      return (await response.json()) as JSONWebKeySet // jose validates it
    },
    onChange: () => {},
    onStale: () => {}, // whoever signs in meanwhile does so with keys that are held
    staleFor,
    unknownKeyCooldown: 2, // it is one host, and trusted
    now,
  })
}
