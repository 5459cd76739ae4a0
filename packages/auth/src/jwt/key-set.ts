import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose'

export type { JSONWebKeySet } from 'jose'

/** Keys cannot be had now: an outage of ours or of the issuer, never a fault of the token. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError'
}

export interface KeySetOptions {
  /** Reads the key set from where it is published. */
  read: () => Promise<JSONWebKeySet>
  /** Called when a read brought other keys than before. */
  onChange: () => void
  /** Told when keys that are already held could not be read anew; they are served on. */
  onStale: (cause: unknown) => void
  now: () => number
}

export interface KeySet {
  /** Resolves when keys are held. Throws `KeysUnavailableError`. */
  ready(): Promise<void>
  /** The key of a token's header. Throws `KeysUnavailableError`, or jose's `JWKSNoMatchingKey` where the issuer has no such key. */
  get: JWTVerifyGetKey
}

const refreshAfter = 600 // seconds for which keys are held before they are read anew, behind the request
const cooldown = 5 // seconds in which unknown key ids cause one read at the most

/** An issuer's keys: read once for many askers, served stale while they are read anew (RFC 7517 §5). */
export function createKeySet({ read, onChange, onStale, now }: KeySetOptions): KeySet {
  let held: { keys: LocalJWKSet; text: string; readAt: number } | undefined
  let reading: Promise<LocalJWKSet> | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  async function readAnew(): Promise<LocalJWKSet> {
    try {
      const jwks = await read()
      const keys = createLocalJWKSet(jwks)
      const text = JSON.stringify(jwks)
      const changed = held !== undefined && held.text !== text
      held = { keys, text, readAt: now() }
      if (changed) onChange()
      return keys
    } catch (cause) {
      failedAt = now()
      throw new KeysUnavailableError('The keys of the issuer cannot be read', { cause })
    } finally {
      reading = undefined
    }
  }

  function refresh(): Promise<LocalJWKSet> {
    reading ??= readAnew()
    return reading
  }

  function refreshBehind(): void {
    if (now() - failedAt >= cooldown) refresh().catch((error: KeysUnavailableError) => onStale(error.cause))
  }

  return {
    async ready() {
      if (held === undefined) await refresh()
    },
    async get(header, token) {
      if (held === undefined) {
        if (reading === undefined && now() - failedAt < cooldown)
          throw new KeysUnavailableError('The keys of the issuer could not be read a moment ago')
        return (await refresh())(header, token)
      }
      if (now() - held.readAt >= refreshAfter) refreshBehind()
      try {
        return await held.keys(header, token)
      } catch (error) {
        if (!(error instanceof errors.JOSEError))
          throw new KeysUnavailableError('The issuer publishes a key that cannot be read', { cause: error })
        if (!(error instanceof errors.JWKSNoMatchingKey) || now() - held.readAt < cooldown) throw error
        // A key that is new since the last read. If it cannot be read now, nobody can say that the token is bad.
        if (reading === undefined && now() - failedAt < cooldown)
          throw new KeysUnavailableError('The keys of the issuer could not be read a moment ago')
        return (await refresh())(header, token)
      }
    },
  }
}
