import type { AuthorizationServerKinds, EndedGrantRecord } from '../records.ts'
import type { Entry, Store } from '../store.ts'
import { readHead } from './feed-head.ts'

/** What a reader of the feed is answered: the shape that a resource server's `RevocationFeed` wants. */
export interface FeedAnswer {
  /** Whose feed it is: a reader may trust other issuers too. */
  issuer: string
  ended: { grantId: string; expiresAt: number }[]
  /** Where to go on from; opaque. */
  position: string
  /** Differs once signing keys have been taken back: a reader that holds keys reads them anew before it verifies anything more. */
  keysTakenBack?: string
}

const pageLength = 1000

/**
 * Reads the feed from after `position`, whole; from its beginning where the position is of another feed or none. A position names the grant that
 * ended there: in a store restored from a backup another one stands there, or none, and what ended since must not be behind a reader that was ahead.
 */
export async function readFeed(
  { issuer, store, now }: { issuer: string; store: Store<AuthorizationServerKinds>; now: () => number },
  position: string | undefined,
): Promise<FeedAnswer> {
  const askedAt = now()
  // The head is read first: what joins the feed meanwhile is only read twice.
  const head = await readHead(store)
  if (head === undefined) return { issuer, ended: [], position: '' }
  const { epoch, keysTakenBackAt: takenBackAt } = head.value
  const [ofEpoch, after = '', grantId] = (position ?? '').split('.')
  const last = ofEpoch === epoch ? await store.get('endedGrant', after) : undefined
  const from = last?.value.grantId === grantId ? last : undefined
  const entries: Entry<EndedGrantRecord>[] = []
  for (;;) {
    const behind = (entries.at(-1) ?? from)?.id
    const page = await store.list('endedGrant', 'feed', 'all', {
      limit: pageLength,
      ...(behind !== undefined && { after: behind }),
    })
    entries.push(...page)
    if (page.length < pageLength) break
  }
  const newest = entries.at(-1) ?? from
  return {
    issuer,
    ended: entries.map(({ value: { grantId }, expiresAt = 0 }) => ({ grantId, expiresAt })),
    position: newest === undefined ? epoch : `${epoch}.${newest.id}.${newest.value.grantId}`,
    ...(takenBackAt !== undefined && askedAt >= takenBackAt && { keysTakenBack: `${epoch}.${takenBackAt}` }),
  }
}
