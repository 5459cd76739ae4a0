import type { AuthorizationServerKinds, EndedGrantRecord } from '../records.ts'
import type { Entry, Store } from '../store.ts'
import { feedId } from './end-grant.ts'

/** What a reader of the feed is answered: the shape that a resource server's `RevocationFeed` wants. */
export interface FeedAnswer {
  ended: { grantId: string; expiresAt: number }[]
  /** Where to go on from; opaque. */
  position: string
}

const pageLength = 1000

/** Reads the feed from after `position`, whole; from its beginning where the position is of another feed or none. */
export async function readFeed(
  store: Store<AuthorizationServerKinds>,
  position: string | undefined,
): Promise<FeedAnswer> {
  // The head is read first: what joins the feed meanwhile is only read twice.
  const head = await store.get('feedHead', 'head')
  if (head === undefined) return { ended: [], position: '' }
  const { epoch } = head.value
  const [ofEpoch, after] = (position ?? '').split('.')
  const from = ofEpoch === epoch && after !== undefined && /^\d{16}$/.test(after) ? after : feedId(0)
  const entries: Entry<EndedGrantRecord>[] = []
  for (;;) {
    const page = await store.list('endedGrant', 'feed', 'all', { after: entries.at(-1)?.id ?? from, limit: pageLength })
    entries.push(...page)
    if (page.length < pageLength) break
  }
  return {
    ended: entries.map(({ value: { grantId }, expiresAt = 0 }) => ({ grantId, expiresAt })),
    position: `${epoch}.${entries.at(-1)?.id ?? from}`,
  }
}
