import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

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
  /** Seconds after which keys are used no more until they are read anew. Default: no end. */
  staleFor?: number
  /** Seconds in which unknown key ids cause one read at the most. Default 5. */
  unknownKeyCooldown?: number
  now: () => number
}

export interface KeySet {
  /** Resolves when keys are held. Throws `KeysUnavailableError`. */
  ready(): Promise<void>
  /** The key of a token's header. Throws `KeysUnavailableError`, or jose's `JWKSNoMatchingKey` where the issuer has no such key. */
  get: JWTVerifyGetKey
}

/** Seconds for which keys are held before they are read anew, behind the request. */
export const refreshAfter = 600
const cooldown = 5 // seconds after a read that failed until the next

/** An issuer's keys: read once for many askers, served stale while they are read anew (RFC 7517 §5). */
export function createKeySet({
  read,
  onChange,
  onStale,
  staleFor = Number.POSITIVE_INFINITY,
  unknownKeyCooldown = 5,
  now,
}: KeySetOptions): KeySet {
  let held: { keys: JWTVerifyGetKey; text: string; readAt: number } | undefined
  let reading: Promise<JWTVerifyGetKey> | undefined
  let failedAt = Number.NEGATIVE_INFINITY

  /** Seconds since or, where the clock was set back, until: then nothing is young for as long as it was set back. */
  function distanceTo(instant: number): number {
    return Math.abs(now() - instant)
  }

  async function readAnew(): Promise<JWTVerifyGetKey> {
    try {
      const jwks = await read()
      const keys = usableKeys(createLocalJWKSet(jwks))
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

  function refresh(): Promise<JWTVerifyGetKey> {
    reading ??= readAnew()
    return reading
  }

  function refreshBehind(): void {
    if (distanceTo(failedAt) >= cooldown) refresh().catch((error: KeysUnavailableError) => onStale(error.cause))
  }

  /** A read that had begun before may have been too early for the key: where reads are free, one more follows. */
  async function findAnew(...[header, token]: Parameters<JWTVerifyGetKey>) {
    const hadBegun = reading !== undefined
    const keys = await refresh()
    if (!hadBegun || unknownKeyCooldown > 0) return keys(header, token)
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
      return (await refresh())(header, token)
    }
  }

  return {
    async ready() {
      if (held === undefined) await refresh()
    },
    async get(header, token) {
      if (held !== undefined && distanceTo(held.readAt) >= staleFor) held = undefined
      if (held === undefined) {
        if (reading === undefined && distanceTo(failedAt) < cooldown)
          throw new KeysUnavailableError('The keys of the issuer could not be read a moment ago')
        return (await refresh())(header, token)
      }
      if (distanceTo(held.readAt) >= refreshAfter) refreshBehind()
      try {
        return await held.keys(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || distanceTo(held.readAt) < unknownKeyCooldown) throw error
        // A key that is new since the last read. If it cannot be read now, nobody can say that the token is bad.
        if (reading === undefined && distanceTo(failedAt) < cooldown)
          throw new KeysUnavailableError('The keys of the issuer could not be read a moment ago')
        return findAnew(header, token)
      }
    },
  }
}

/** The keys of `keys` as verification may use them. A key that nobody can use is its issuer's fault, never the token's: whoever sends one names it. */
export function usableKeys(keys: JWTVerifyGetKey): JWTVerifyGetKey {
  return async (header, token) => {
    try {
      const key = await keys(header, token)
      if ('algorithm' in key && isTooShort(key.algorithm)) throw new Error('The key has fewer than 2048 bits')
      return key
    } catch (cause) {
      if (cause instanceof errors.JOSEError && !(cause instanceof errors.JWKSInvalid)) throw cause
      throw new KeysUnavailableError('The issuer publishes a key that cannot be used', { cause })
    }
  }
}

/** RFC 7518 §3.3 and §3.5. */
function isTooShort(algorithm: object): boolean {
  return 'modulusLength' in algorithm && Number(algorithm.modulusLength) < 2048
}
