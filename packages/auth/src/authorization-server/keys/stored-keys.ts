import { type SigningAlgorithm, type SigningKey, signingAlgorithms } from '../../jwt/sign.ts'
import type { SigningKeyReason } from '../../protocol/events.ts'
import type { ResolvedOptions } from '../config.ts'
import type { KeyRingRecord } from '../records.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'
import {
  emptyRing,
  keepRetired,
  publishedAt,
  replaced,
  settle,
  signingKeyAt,
  withNext,
  withoutNext,
} from './key-ring.ts'
import { MissingSecretError, makeKey, openKey, secretIdOf } from './private-key.ts'
import { ringEvents } from './ring-events.ts'
import type { SigningKeys } from './signing-keys.ts'

type Options = Pick<ResolvedOptions, 'store' | 'now' | 'onEvent' | 'signingKeys'>

/** Seconds for which a process signs without looking whether there is another key. */
const lookAfter = 1

/**
 * The keys that are kept in the store, private halves encrypted. They are made at first start, and one follows another by schedule, by command
 * and where another algorithm or another secret is configured: a running process sees it within seconds, and only one that starts decides by its
 * configuration, so that two with different ones do not undo each other's without end.
 */
export function createStoredKeys(options: Options, derived: DerivedKeys): SigningKeys {
  const { store, now, onEvent } = options
  let held: Held | undefined
  let looking: Promise<SigningKey> | undefined

  async function look(): Promise<SigningKey> {
    const { ring, reason } = await keepUpToDate(options, derived, { isStart: held === undefined })
    const record = signingKeyAt(ring, now())
    if (record === undefined) throw new Error('The key ring in the store has no key to sign with')
    const key = held?.key.kid === record.kid ? held.key : await openKey(record, derived)
    for (const event of ringEvents(reason.before, ring, reason.why)) onEvent(event)
    held = { ring, key, readAt: now(), algorithms: algorithmsOf(ring) }
    return key
  }

  /** A key that is held goes on while the store cannot be asked, or has one that this process has not the secret of; not once it verifies nothing. */
  async function goOn(cause: unknown): Promise<SigningKey> {
    if (held === undefined) throw cause
    if (cause instanceof MissingSecretError) {
      const ring = (await store.get('keyRing', 'ring'))?.value ?? emptyRing
      if (!publishedAt(ring, now()).keys.some(({ kid }) => kid === held?.key.kid)) throw cause
    } else onEvent({ type: 'failure', operation: 'signing keys', cause })
    held = { ...held, readAt: now() }
    return held.key
  }

  /** What is held and need not be looked at again; either way, since a clock may have been set back. */
  function fresh(): Held | undefined {
    return held !== undefined && Math.abs(now() - held.readAt) < lookAfter ? held : undefined
  }

  async function current(): Promise<SigningKey> {
    const known = fresh()
    if (known !== undefined) return known.key
    looking ??= look()
      .catch(goOn)
      .finally(() => {
        looking = undefined
      })
    return looking
  }

  return {
    current,
    async published() {
      await current() // there are none before the first start
      return publishedAt((await store.get('keyRing', 'ring'))?.value ?? emptyRing, now())
    },
    async algorithms() {
      if (fresh() === undefined) await current()
      return held?.algorithms ?? []
    },
  }
}

interface Held {
  ring: KeyRingRecord
  key: SigningKey
  readAt: number
  /** What tokens are signed with, and will be next. */
  algorithms: readonly SigningAlgorithm[]
}

function algorithmsOf({ keys, next }: KeyRingRecord): readonly SigningAlgorithm[] {
  const used = [...keys, ...(next === undefined ? [] : [next])].map(({ alg }) => alg)
  return signingAlgorithms.filter((alg) => used.includes(alg))
}

interface Kept {
  ring: KeyRingRecord
  reason: { before: KeyRingRecord; why: SigningKeyReason }
}

async function keepUpToDate(
  { store, now, signingKeys }: Options,
  derived: DerivedKeys,
  { isStart }: { isStart: boolean },
): Promise<Kept> {
  for (;;) {
    const entry = await store.get('keyRing', 'ring')
    const before = entry?.value ?? emptyRing
    const policy = { ...signingKeys, isStart, now: now() }
    const { ring, why } = await upToDate(before, derived, policy)
    const isKept =
      ring === before ||
      (await store.commit([{ kind: 'keyRing', id: 'ring', version: entry?.version ?? 'absent', value: ring }]))
    if (isKept) return { ring, reason: { before, why } }
  }
}

interface Policy extends Readonly<ResolvedOptions['signingKeys']> {
  isStart: boolean
  now: number
}

async function upToDate(
  before: KeyRingRecord,
  derived: DerivedKeys,
  { algorithm, lifetime, publishedBefore, isStart, now }: Policy,
): Promise<{ ring: KeyRingRecord; why: SigningKeyReason }> {
  let ring = settle(before, now)
  const current = signingKeyAt(ring, now)
  const make = () => makeKey(derived, { algorithm: isStart ? algorithm : (current?.alg ?? algorithm), createdAt: now })
  if (current === undefined) return { ring: replaced(ring, await make(), now), why: 'first' }
  if (isStart) {
    await openKey(current, derived) // a secret that is lost or mistyped is said so, and its key not replaced
    ring = keepRetired(ring, ({ secretId }) => derived.byId(secretId, 'signing key encryption') !== undefined)
    // So that an older copy of the store and an older secret make nothing that is trusted for long.
    if (secretIdOf(current) !== derived.currentId) return { ring: replaced(ring, await make(), now), why: 'secret' }
    if (ring.next !== undefined && (secretIdOf(ring.next) !== derived.currentId || ring.next.alg !== algorithm))
      ring = withoutNext(ring, now)
  }
  // What a process makes whose secret is not that of the key, others may not be able to open.
  if (ring.next !== undefined || secretIdOf(current) !== derived.currentId) return { ring, why: 'schedule' }
  const next = async () => ({ ...(await make()), signsFrom: now + publishedBefore })
  if (isStart && current.alg !== algorithm) return { ring: withNext(ring, await next()), why: 'algorithm' }
  const signsSince = current.signsFrom ?? current.createdAt
  if (lifetime > 0 && now >= signsSince + lifetime - publishedBefore)
    return { ring: withNext(ring, await next()), why: 'schedule' }
  return { ring, why: 'schedule' }
}
