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

/** The head that says from an instant on that signing keys were taken back, to readers that hold them. */
export function withKeysTakenBack(head: Head, keysTakenBackAt: number): Change<AuthorizationServerKinds> {
  return changeOf(head, { keysTakenBackAt })
}

function changeOf(head: Head, changed: Partial<FeedHeadRecord>): Change<AuthorizationServerKinds> {
  const value = { position: 0, epoch: randomText(9), ...head?.value, ...changed }
  return { kind: 'feedHead', id: 'head', version: head?.version ?? 'absent', value }
}
