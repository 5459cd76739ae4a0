import type { ConnectionEvent, SigningKeyReason } from '../../protocol/events.ts'
import type { KeyRingRecord } from '../records.ts'

/** An event of one signing key. */
export type SigningKeyEvent = Extract<
  ConnectionEvent,
  { type: 'signing_key_published' | 'signing_key_retired' | 'signing_key_removed' }
>

/** What a change of the `keyRing` record means to who reads events: keys that are new, and keys that sign no more. */
export function ringEvents(before: KeyRingRecord, after: KeyRingRecord, reason: SigningKeyReason): SigningKeyEvent[] {
  const had = new Set(everyKey(before).map(({ kid }) => kid))
  const has = new Set(everyKey(after).map(({ kid }) => kid))
  const retiredBefore = new Set(before.retired?.map(({ kid }) => kid))
  return [
    ...[...after.keys, ...(after.next === undefined ? [] : [after.next])]
      .filter(({ kid }) => !had.has(kid))
      .map(({ kid, alg, createdAt, signsFrom = createdAt }): SigningKeyEvent => {
        return { type: 'signing_key_published', kid, alg, signsFrom, reason }
      }),
    ...(after.retired ?? [])
      .filter(({ kid }) => !retiredBefore.has(kid))
      .map(({ kid, publishedUntil }): SigningKeyEvent => ({ type: 'signing_key_retired', kid, publishedUntil })),
    ...everyKey(before)
      .filter(({ kid }) => !has.has(kid))
      .map(({ kid }): SigningKeyEvent => ({ type: 'signing_key_removed', kid })),
  ]
}

function everyKey({ keys, next, retired = [] }: KeyRingRecord): readonly { kid: string }[] {
  return [...keys, ...(next === undefined ? [] : [next]), ...retired]
}
