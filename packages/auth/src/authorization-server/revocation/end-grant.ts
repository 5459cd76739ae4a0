import type { ConnectionEvent, GrantEnd } from '../../protocol/events.ts'
import type { AuthorizationServerKinds, GrantRecord } from '../records.ts'
import type { Change, Entry, Store } from '../store.ts'
import { randomText } from '../tokens/base64url.ts'

export interface EndGrantOptions {
  store: Store<AuthorizationServerKinds>
  /** Seconds an access token lives: so long the end stays in the feed, or longer where the grant says so. */
  accessTokenLifetime: number
  now: () => number
  onEvent: (event: ConnectionEvent) => void
}

/**
 * Ends a grant: its record goes, and its end joins the feed, in one commit (law 14). Resolves to whether there was one to end.
 * Ends follow one another by the head of the feed, so no entry becomes visible behind a position that a reader already has.
 */
export async function endGrant(grantId: string, reason: GrantEnd, options: EndGrantOptions): Promise<boolean> {
  const { store, onEvent } = options
  for (;;) {
    const grant = await store.get('grant', grantId)
    if (grant === undefined) return false
    if (!(await store.commit(await changesToEnd(grant, reason, options)))) continue
    const { clientId, subject, resource } = grant.value
    onEvent({ type: 'grant_ended', reason, grantId, clientId, subject, resource })
    return true
  }
}

async function changesToEnd(
  grant: Entry<GrantRecord>,
  reason: GrantEnd,
  options: EndGrantOptions,
): Promise<Change<AuthorizationServerKinds>[]> {
  const { store, accessTokenLifetime, now } = options
  const head = await store.get('feedHead', 'head')
  const next = { position: (head?.value.position ?? 0) + 1, epoch: head?.value.epoch ?? randomText(9) }
  const leeway = 120 // clocks of resource servers may be a minute behind, and they may tolerate a minute
  const lastTokenExpiresAt = Math.max(now() + accessTokenLifetime, grant.value.accessTokensUntil ?? 0)
  return [
    { kind: 'grant', id: grant.id, version: grant.version, value: undefined },
    { kind: 'feedHead', id: 'head', version: head?.version ?? 'absent', value: next },
    {
      kind: 'endedGrant',
      id: feedId(next.position),
      version: 'absent',
      value: { grantId: grant.id, reason, endedAt: now() },
      expiresAt: lastTokenExpiresAt + leeway,
      index: { feed: 'all' },
    },
  ]
}

/** Positions as ids that sort like their numbers. */
function feedId(position: number): string {
  return String(position).padStart(16, '0')
}
