import type { SigningAlgorithm } from '../../jwt/sign.ts'
import type { ConnectionEvent, SigningKeyReason } from '../../protocol/events.ts'
import { resolveSigningKeys, type SigningKeyOptions } from '../config.ts'
import type { AuthorizationServerKinds, KeyRingRecord } from '../records.ts'
import { readHead, withKeysTakenBack } from '../revocation/feed-head.ts'
import { resolveSecrets, type ServerSecret } from '../server-secrets.ts'
import type { Change, Store } from '../store.ts'
import { createDerivedKeys, type DerivedKeys } from '../tokens/derived-keys.ts'
import {
  emptyRing,
  keepRetired,
  replaced,
  settle,
  signingKeyAt,
  takenBack,
  takenBackToldAfter,
  withNext,
} from './key-ring.ts'
import { makeKey, openKey } from './private-key.ts'
import { ringEvents } from './ring-events.ts'

/** What the functions about keys work with, beside a server or without one. */
export interface KeyAdministrationOptions {
  store: Store<AuthorizationServerKinds>
  /** Those of the server. */
  secrets: readonly ServerSecret[]
  /** Those of the server. Default: the algorithm of the key that signs, and the defaults. */
  signingKeys?: SigningKeyOptions
  /** The time, in seconds since the epoch. */
  now: () => number
  /** Told of keys that are new, retired and removed. Default: nothing. */
  onEvent?: (event: ConnectionEvent) => void
}

/** A signing key as operators are shown it. */
export interface SigningKeySummary {
  kid: string
  alg: SigningAlgorithm
  /** `next` is published and does not sign yet; `retired` is published and signs no more. */
  state: 'next' | 'signing' | 'retired'
  /** Seconds since the epoch. */
  createdAt: number
  /** Of the next key and the one that signs: since or from when it does. */
  signsFrom?: number
  /** Of a retired key. */
  publishedUntil?: number
}

/** The keys in the store that are published: the next one, the one that signs, retired ones. */
export async function listSigningKeys({
  store,
  now,
}: Pick<KeyAdministrationOptions, 'store' | 'now'>): Promise<SigningKeySummary[]> {
  const { keys, next, retired = [] } = settle((await store.get('keyRing', 'ring'))?.value ?? emptyRing, now())
  return [
    ...[...(next === undefined ? [] : [next]), ...keys].map((key): SigningKeySummary => {
      const { kid, alg, createdAt, signsFrom = createdAt } = key
      return { kid, alg, state: key === next ? 'next' : 'signing', createdAt, signsFrom }
    }),
    ...retired.map(({ kid, alg, createdAt, publishedUntil }): SigningKeySummary => {
      return { kid, alg, state: 'retired', createdAt, publishedUntil }
    }),
  ]
}

/**
 * Publishes the next key now, so that it signs in `publishedBefore` seconds, and the one that signs is retired then: no token in flight is
 * broken. Where there is a next one already, that stays; where keys are held elsewhere, none is made.
 * Servers on the store see it within seconds. Resolves to the keys as they are then.
 * Throws `MissingSecretError` where `secrets` are not those of the store, `TypeError` for an option that cannot stand.
 */
export function rotateSigningKey(options: KeyAdministrationOptions): Promise<SigningKeySummary[]> {
  return change(options, 'operator', async (ring, { make, now, publishedBefore }) => {
    if (ring === emptyRing) return replaced(ring, await make(), now) // no server has started yet
    if (ring.keys.length === 0 || ring.next !== undefined) return ring
    return withNext(ring, { ...(await make()), signsFrom: now + publishedBefore })
  })
}

/**
 * For keys that somebody else may have: makes a new one that signs at once, and takes all others back, retired ones too. Every access token and
 * ID token that was issued before is refused within five seconds by whoever reads the revocation feed, which says so (law 14), and by other verifiers once
 * they have read the key set again (our resource server without the feed: within ten minutes). Clients refresh, and nobody signs in anew, since refresh
 * tokens are not signed with these keys. The old keys verify for two seconds more, until every process signs with the new one. Where keys are held elsewhere none is made, since all would trust it: what stood here before is taken back, and the signer is for its
 * host to replace. Resolves to the new key. Throws as `rotateSigningKey`.
 */
export function revokeSigningKeys(options: KeyAdministrationOptions): Promise<SigningKeySummary[]> {
  return change(
    options,
    'compromised',
    async (ring, { make, now }) =>
      ring.keys.length === 0 && ring !== emptyRing ? { keys: [] } : takenBack(ring, await make(), now),
    { toldAfter: takenBackToldAfter },
  )
}

/**
 * Takes back a key that does not sign: a retired one before its time, whose last tokens are then refused, or the next one.
 * Resolves to `signing` where it is the one that signs, which stays, and to `unknown` where there is none of this id. Throws as `rotateSigningKey`.
 */
export async function retireSigningKey(
  kid: string,
  options: KeyAdministrationOptions,
): Promise<'retired' | 'signing' | 'unknown'> {
  const found = (await listSigningKeys(options)).find((key) => key.kid === kid)
  if (found === undefined) return 'unknown'
  if (found.state === 'signing') return 'signing'
  const left = await change(
    options,
    'operator',
    async ({ next, ...ring }) => {
      const kept = keepRetired(ring, (key) => key.kid !== kid)
      return next === undefined || next.kid === kid ? kept : { ...kept, next }
    },
    { toldAfter: 0 },
  )
  return left.some((key) => key.kid === kid) ? 'signing' : 'retired' // it came to sign meanwhile
}

async function change(
  options: KeyAdministrationOptions,
  reason: SigningKeyReason,
  decide: (
    ring: KeyRingRecord,
    given: { make: () => ReturnType<typeof makeKey>; now: number; publishedBefore: number },
  ) => Promise<KeyRingRecord>,
  /** Where keys are taken back: the seconds until the feed says so. */
  takesBack?: { toldAfter: number },
): Promise<SigningKeySummary[]> {
  const { store, now, onEvent = () => {} } = options
  const derived = createDerivedKeys(resolveSecrets(options.secrets))
  const { algorithm, publishedBefore } = resolveSigningKeys(options.signingKeys)
  const algorithmAfter = (ring: KeyRingRecord) => options.signingKeys?.algorithm ?? ring.keys[0]?.alg ?? algorithm
  for (;;) {
    const at = now()
    const entry = await store.get('keyRing', 'ring')
    const before = entry?.value ?? emptyRing
    const make = () => makeKey(derived, { algorithm: algorithmAfter(before), createdAt: at })
    await requireSecretsOf(before, derived, at)
    const decided = await decide(settle(before, at), { make, now: at, publishedBefore })
    if (decided === before) return listSigningKeys({ store, now })
    const changes: Change<AuthorizationServerKinds>[] = [
      { kind: 'keyRing', id: 'ring', version: entry?.version ?? 'absent', value: decided },
    ]
    if (takesBack !== undefined) changes.push(withKeysTakenBack(await readHead(store), at + takesBack.toldAfter))
    if (!(await store.commit(changes))) continue
    for (const event of ringEvents(before, decided, reason)) onEvent(event)
    return listSigningKeys({ store, now })
  }
}

/** A key made with secrets that the server does not have would stop it. */
async function requireSecretsOf(ring: KeyRingRecord, derived: DerivedKeys, now: number): Promise<void> {
  const current = signingKeyAt(ring, now)
  if (current !== undefined) await openKey(current, derived)
}
