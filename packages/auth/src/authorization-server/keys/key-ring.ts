import type { JSONWebKeySet } from '../../jwt/key-set.ts'
import { publishedJwk } from '../../jwt/sign.ts'
import type { KeyRingRecord, RetiredKeyRecord, SigningKeyRecord } from '../records.ts'
import { secretIdOf } from './private-key.ts'

/**
 * The signing keys as one value that changes in one commit. Owns: which key signs, which are published, and how one follows another. Does not
 * own: when a new one is due (`stored-keys.ts`, `administration.ts`), and how private halves are kept (`private-key.ts`). Pure.
 *
 * A key's way: it is published as the next one, then signs, then is retired: published without its private half, and then gone.
 */

/**
 * Seconds that a key is published after another took its place: a day in which to restart each process that still signs with it, and the
 * longest that a token may live. It ends sooner where the secret of the key is configured no more.
 */
const overlap = 2 * 24 * 3600

/**
 * Seconds after which keys that were taken back verify nothing. By then every process signs with the new one (each looks every second), so that
 * no client is given a token that is refused.
 */
const takenBackAfter = 2

/** Seconds after which readers are told: later than that, so that none reads the keys anew from a process whose clock is a second behind. */
export const takenBackToldAfter = takenBackAfter + 1

export const emptyRing: KeyRingRecord = { keys: [] }

/** The key that signs now: the next one from its time on, whether or not anybody has written that down. */
export function signingKeyAt({ keys: [current], next }: KeyRingRecord, now: number): SigningKeyRecord | undefined {
  return next !== undefined && now >= (next.signsFrom ?? 0) ? next : current
}

/** Every key that tokens are verified with now, the one that signs first. */
export function publishedAt({ keys, next, retired = [] }: KeyRingRecord, now: number): JSONWebKeySet {
  const held = retired.filter(({ publishedUntil }) => now < publishedUntil)
  return { keys: [...keys, ...(next === undefined ? [] : [next]), ...held].map(publishedJwk) }
}

/** The ring once time has done its part: the next key signs when it is due, and what was published long enough is gone. The same ring where nothing is. */
export function settle(ring: KeyRingRecord, now: number): KeyRingRecord {
  const isDue = ring.next !== undefined && signingKeyAt(ring, now) === ring.next
  const settled = isDue && ring.next !== undefined ? replaced(ring, ring.next, now) : ring
  return keepRetired(settled, ({ publishedUntil }) => now < publishedUntil)
}

/** With a key that signs from its time on, and is published from now on. */
export function withNext(ring: KeyRingRecord, next: SigningKeyRecord): KeyRingRecord {
  return { ...ring, next }
}

/** Without the next key; a process that has not noticed may sign with it, so that it is published on. */
export function withoutNext({ next, ...ring }: KeyRingRecord, now: number): KeyRingRecord {
  return next === undefined ? ring : { ...ring, retired: [retiredFrom(next, now), ...(ring.retired ?? [])] }
}

/** With a key that signs from now on, and all others retired. */
export function replaced(ring: KeyRingRecord, key: SigningKeyRecord, now: number): KeyRingRecord {
  const { keys, retired = [] } = ring.next === key ? ring : withoutNext(ring, now)
  return { keys: [key], retired: [...keys.map((old) => retiredFrom(old, now)), ...retired] }
}

/** With a key that signs from now on, and all others gone in a moment. */
export function takenBack(ring: KeyRingRecord, key: SigningKeyRecord, now: number): KeyRingRecord {
  const { keys, retired = [] } = replaced(ring, key, now)
  const soon = now + takenBackAfter
  return { keys, retired: retired.map((old) => ({ ...old, publishedUntil: Math.min(old.publishedUntil, soon) })) }
}

/** With no key that signs: they are elsewhere from now on. */
export function withoutSigning(ring: KeyRingRecord, now: number): KeyRingRecord {
  const { keys, retired = [] } = withoutNext(ring, now)
  return { keys: [], retired: [...keys.map((old) => retiredFrom(old, now)), ...retired] }
}

/** With the retired keys that are still wanted; the same ring where all are. */
export function keepRetired(ring: KeyRingRecord, isWanted: (key: RetiredKeyRecord) => boolean): KeyRingRecord {
  const { retired = [] } = ring
  const wanted = retired.filter(isWanted)
  return wanted.length === retired.length ? ring : { ...ring, retired: wanted }
}

function retiredFrom(key: SigningKeyRecord, now: number): RetiredKeyRecord {
  const { kid, alg, createdAt, publicJwk } = key // all but the private half
  return { kid, alg, createdAt, publicJwk, secretId: secretIdOf(key), publishedUntil: now + overlap }
}
