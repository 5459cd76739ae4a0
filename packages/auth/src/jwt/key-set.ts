import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import * as errors from 'jose/errors'
import { createLocalJWKSet } from 'jose/jwks/local'

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
  /** Seconds from one read for a key that is not known to the next; whoever comes with one meanwhile waits for that. Default 5. */
  unknownKeyCooldown?: number
  now: () => number
}

export interface KeySet {
  /** Resolves when keys are held. Throws `KeysUnavailableError`. */
  ready(): Promise<void>
  /**
   * The key of a token's header. Throws `KeysUnavailableError`, or jose's `JWKSNoMatchingKey` where the issuer had no such key in a read that began
   * after this was asked: a key may be new, and its token is not refused because the keys were read a moment before.
   */
  get: JWTVerifyGetKey
  /** Uses what is held no more: keys were taken back, and are read anew before any is used. */
  forget(): void
}

/** Seconds for which keys are held before they are read anew, behind the request. */
export const refreshAfter = 600
const cooldown = 5 // seconds after a read that failed until the next
/** Who waits for a read holds a request open: so many at once for a key set, and whoever comes then is told to come again. */
const mostWaiting = 500
const mostRemembered = 100 // keys that may have been taken back

/** An issuer's keys: read once for many askers, served stale while they are read anew (RFC 7517 §5). */
export function createKeySet({
  read,
  onChange,
  onStale,
  staleFor = Number.POSITIVE_INFINITY,
  unknownKeyCooldown = 5,
  now,
}: KeySetOptions): KeySet {
  let held: { keys: JWTVerifyGetKey; kids: readonly unknown[]; text: string; readAt: number } | undefined
  /** Those that were held when keys were taken back, whichever of them were. */
  let heldBefore: ReadonlySet<unknown> = new Set()
  let reading: Promise<JWTVerifyGetKey> | undefined
  let nextReading: Promise<JWTVerifyGetKey> | undefined // has not begun
  let waiting = 0
  let timesForgotten = 0
  let failedAt = Number.NEGATIVE_INFINITY

  /** Seconds since or, where the clock was set back, until: then nothing is young for as long as it was set back. */
  function distanceTo(instant: number): number {
    return Math.abs(now() - instant)
  }

  async function readAnew(): Promise<JWTVerifyGetKey> {
    const timesBefore = timesForgotten
    try {
      const jwks = await read()
      if (timesForgotten !== timesBefore) return readAnew() // it may be too early to lack what was taken back
      const keys = usableKeys(createLocalJWKSet(jwks))
      const text = JSON.stringify(jwks)
      const changed = held !== undefined && held.text !== text
      held = { keys, kids: jwks.keys.map(({ kid }) => kid), text, readAt: now() }
      if (changed) onChange()
      return keys
    } catch (cause) {
      failedAt = now()
      throw new KeysUnavailableError('The keys of the issuer cannot be read', { cause })
    }
  }

  function refresh(): Promise<JWTVerifyGetKey> {
    reading ??= readAnew().finally(() => {
      reading = undefined
    })
    return reading
  }

  function refreshBehind(): void {
    if (distanceTo(failedAt) >= cooldown) refresh().catch((error: KeysUnavailableError) => onStale(error.cause))
  }

  function requireRest(): void {
    if (reading === undefined && distanceTo(failedAt) < cooldown)
      throw new KeysUnavailableError('The keys of the issuer could not be read a moment ago')
  }

  /** A read that begins from now on, one for all who want one: what had begun before may have been too early for a new key. */
  function readNext(): Promise<JWTVerifyGetKey> {
    nextReading ??= beginNext()
    return nextReading
  }

  async function beginNext(): Promise<JWTVerifyGetKey> {
    await reading?.catch(() => {})
    const rest = held === undefined ? 0 : unknownKeyCooldown - distanceTo(held.readAt)
    if (rest > 0) await new Promise((resolve) => setTimeout(resolve, rest * 1000))
    while (reading !== undefined) await reading.catch(() => {})
    nextReading = undefined
    return refresh()
  }

  async function findAnew(...[header, token]: Parameters<JWTVerifyGetKey>) {
    requireRest()
    if (waiting >= mostWaiting) {
      // No new key: it was held before others were taken back, and the read since then lacks it.
      if (header.kid !== undefined && heldBefore.has(header.kid)) throw new errors.JWKSNoMatchingKey()
      throw new KeysUnavailableError('Too many wait for keys of the issuer that are new')
    }
    waiting += 1
    try {
      const underWay = await reading
      const found = underWay && (await keyOrNone(underWay, header, token))
      if (found !== undefined) return found
      const keys = await readNext()
      return await keys(header, token) // awaited here: until then it counts
    } finally {
      waiting -= 1
    }
  }

  return {
    async ready() {
      if (held === undefined) await refresh()
    },
    async get(header, token) {
      if (held !== undefined && distanceTo(held.readAt) >= staleFor) held = undefined
      const isOwnRead = held === undefined && reading === undefined
      if (held === undefined) requireRest()
      else if (distanceTo(held.readAt) >= refreshAfter) refreshBehind()
      try {
        return await (held?.keys ?? (await refresh()))(header, token)
      } catch (error) {
        if (isOwnRead || !(error instanceof errors.JWKSNoMatchingKey)) throw error
        return findAnew(header, token)
      }
    },
    forget() {
      timesForgotten += 1
      if (held !== undefined) heldBefore = new Set([...heldBefore, ...held.kids].slice(-mostRemembered))
      held = undefined
    },
  }
}

async function keyOrNone(keys: JWTVerifyGetKey, ...[header, token]: Parameters<JWTVerifyGetKey>) {
  try {
    return await keys(header, token)
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey) return undefined
    throw error
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
