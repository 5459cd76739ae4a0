import { createKeySet, type JSONWebKeySet, type KeySet } from '../../jwt/key-set.ts'
import { createLocalKeys } from '../../jwt/local-keys.ts'
import type { ClientKeys } from '../../protocol/client-metadata.ts'
import type { ResolvedOptions } from '../config.ts'

const staleFor = 3600 // seconds; a key that was withdrawn must not come back with whoever has been away for long
const mostKept = 1000 // key sets; whoever has the oldest reads it again

/** The keys of clients: those at a URL are read under guard (law 8), held, and read anew when one is missing. */
export function createClientKeys({
  clientDocuments,
  now,
  onEvent,
}: Pick<ResolvedOptions, 'clientDocuments' | 'now' | 'onEvent'>): (keys: ClientKeys) => KeySet {
  const held = new Map<string, KeySet>()

  function keysAt(uri: string): KeySet {
    const known = held.get(uri)
    if (known !== undefined) return known
    const keys = createKeySet({
      read: () => readKeys(uri),
      onChange: () => {},
      onStale: (cause) =>
        onEvent({
          type: 'client_keys_failed',
          uri,
          reason: 'unreadable',
          detail: cause instanceof Error ? cause.message : String(cause),
        }),
      staleFor,
      now,
    })
    held.set(uri, keys)
    const [oldest] = held.keys()
    if (held.size > mostKept && oldest !== undefined) held.delete(oldest)
    return keys
  }

  async function readKeys(uri: string): Promise<JSONWebKeySet> {
    if (clientDocuments === undefined) throw new Error('nothing that clients name is fetched here')
    const answer = await clientDocuments.fetch(uri)
    if (answer.kind === 'failure') throw new Error(answer.detail)
    if (answer.status !== 200) throw new Error(`status ${answer.status}`)
    try {
      return JSON.parse(answer.text) as JSONWebKeySet // jose validates it
    } catch {
      throw new Error('what stands there is no JSON') // V8 would quote it
    }
  }

  return (keys) =>
    keys.kind === 'inline' ? createLocalKeys({ keys: [...keys.jwks.keys] } as JSONWebKeySet) : keysAt(keys.uri) // jose validates them
}
