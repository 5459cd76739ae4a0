import type { AuthorizationServerKinds, FeedHeadRecord } from '../records.ts'
import type { Change, Entry, Store } from '../store.ts'
import { randomText } from '../tokens/base64url.ts'

type Head = Entry<FeedHeadRecord> | undefined

/** The head of the revocation feed; none before anything has ended. */
export function readHead(store: Store<AuthorizationServerKinds>): Promise<Head> {
  return store.get('feedHead', 'head')
}

/** The head moved on by so many ends. */
export function movedOn(head: Head, ends: number): Change<AuthorizationServerKinds> {
  return changeOf(head, { position: (head?.value.position ?? 0) + ends })
}

/** Seconds by which what stands there is later than now only because a clock was wrong, and is passed over. */
const farAhead = 60

/**
 * The head that says from an instant on that signing keys were taken back, to readers that hold them; from a second later where it says or is to
 * say so already: readers may have read the keys anew in that very second, and what was to be said in a moment must not be said before its time.
 */
export function withKeysTakenBack(head: Head, from: number): Change<AuthorizationServerKinds> {
  const last = head?.value.keysTakenBackAt ?? 0
  return changeOf(head, { keysTakenBackAt: last >= from && last < from + farAhead ? last + 1 : from })
}

function changeOf(head: Head, changed: Partial<FeedHeadRecord>): Change<AuthorizationServerKinds> {
  const value = { position: 0, epoch: randomText(9), ...head?.value, ...changed }
  return { kind: 'feedHead', id: 'head', version: head?.version ?? 'absent', value }
}
