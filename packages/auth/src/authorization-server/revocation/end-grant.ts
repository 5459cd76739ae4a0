import type { ConnectionEvent, GrantEnd } from '../../protocol/events.ts'
import { harmless } from '../../protocol/harmless.ts'
import { consentsOfSubject } from '../consents/consents-of-subject.ts'
import { forgetConsentsUnder } from '../consents/forget-consents.ts'
import type { AuthorizationServerKinds, ConsentRecord, GrantRecord } from '../records.ts'
import type { Change, Entry, Store } from '../store.ts'
import { movedOn, readHead } from './feed-head.ts'

export interface EndGrantOptions {
  store: Store<AuthorizationServerKinds>
  /** Seconds an access token lives: so long the end stays in the feed, or longer where the grant says so. */
  accessTokenLifetime: number
  now: () => number
  onEvent: (event: ConnectionEvent) => void
}

/** What its person, or an operator, ended, is not given again without a question: what was remembered of the consent goes with the grant. */
const withdrawing: ReadonlySet<GrantEnd> = new Set([
  'revoked_by_resource_owner',
  'revoked_by_operator',
  'client_deleted',
  'subject_disabled',
])

/**
 * Ends a grant: its record goes, and its end joins the feed, in one commit (law 14). Resolves to whether there was one to end.
 * Ends follow one another by the head of the feed, so no entry becomes visible behind a position that a reader already has.
 */
export async function endGrant(grantId: string, reason: GrantEnd, options: EndGrantOptions): Promise<boolean> {
  for (;;) {
    const grant = await options.store.get('grant', grantId)
    if (grant === undefined) return false
    if (await commitEnds([grant], reason, options)) return true
  }
}

/** All grants of one person. */
export async function grantsOfSubject(
  subject: string,
  store: Store<AuthorizationServerKinds>,
): Promise<Entry<GrantRecord>[]> {
  const grants: Entry<GrantRecord>[] = []
  for (;;) {
    const after = grants.at(-1)?.id
    const page = await store.list('grant', 'subject', subject, after === undefined ? {} : { after })
    if (page.length === 0) return grants
    grants.push(...page)
  }
}

/**
 * Ends all grants of one person, many in one commit; what was remembered of them goes first where the reason is no client's. Resolves to how many there were. Where it is cut off some have ended whole; asked again, it
 * ends the others.
 */
export function endGrantsOfSubject(subject: string, reason: GrantEnd, options: EndGrantOptions): Promise<number> {
  return endGrantsUnder('subject', subject, reason, options)
}

/** The same for all grants of one client, whoever gave them. */
export function endGrantsOfClient(clientId: string, reason: GrantEnd, options: EndGrantOptions): Promise<number> {
  return endGrantsUnder('client', clientId, reason, options)
}

async function endGrantsUnder(
  index: 'subject' | 'client',
  value: string,
  reason: GrantEnd,
  options: EndGrantOptions,
): Promise<number> {
  // Those too of which no grant is left: whoever was in an account may have let a client in that waits, without a grant, for its person to come back.
  if (withdrawing.has(reason)) await forgetConsentsUnder(index, value, options.store)
  for (let ended = 0; ; ) {
    const page = await options.store.list('grant', index, value)
    if (page.length === 0) return ended
    ended += await endGrants(page, reason, options)
  }
}

/** Ends grants as they were read: in one commit or, where one of them was in use meanwhile, one at a time. Resolves to how many it ended. */
export async function endGrants(
  grants: readonly Entry<GrantRecord>[],
  reason: GrantEnd,
  options: EndGrantOptions,
): Promise<number> {
  if (await commitEnds(grants, reason, options)) return grants.length
  let ended = 0
  for (const { id } of grants) if (await endGrant(id, reason, options)) ended += 1
  return ended
}

async function commitEnds(
  grants: readonly Entry<GrantRecord>[],
  reason: GrantEnd,
  options: EndGrantOptions,
): Promise<boolean> {
  if (!(await options.store.commit(await changesToEnd(grants, reason, options)))) return false
  const tell = harmless(options.onEvent) // it has ended, whatever that throws
  for (const { id: grantId, value } of grants) {
    const { clientId, subject, resource } = value
    tell({ type: 'grant_ended', reason, grantId, clientId, subject, resource })
  }
  return true
}

async function changesToEnd(
  grants: readonly Entry<GrantRecord>[],
  reason: GrantEnd,
  options: EndGrantOptions,
): Promise<Change<AuthorizationServerKinds>[]> {
  const { store, accessTokenLifetime, now } = options
  const head = await readHead(store)
  const before = head?.value.position ?? 0
  const leeway = 120 // clocks of resource servers may be a minute behind, and they may tolerate a minute
  const consents = withdrawing.has(reason) ? await consentsBehind(grants, store) : []
  const changes: Change<AuthorizationServerKinds>[] = grants.flatMap(({ id, version, value }, nth) => [
    { kind: 'grant', id, version, value: undefined },
    {
      kind: 'endedGrant',
      id: feedId(before + nth + 1),
      version: 'absent',
      value: { grantId: id, reason, endedAt: now() },
      expiresAt: Math.max(now() + accessTokenLifetime, value.accessTokensUntil ?? 0) + leeway,
      index: { feed: 'all' },
    },
  ])
  const forgotten = consents.map(({ id, version }) => ({ kind: 'consent' as const, id, version, value: undefined }))
  return [...changes, ...forgotten, movedOn(head, grants.length)]
}

/** What is remembered of the same persons for the same clients. */
async function consentsBehind(
  grants: readonly Entry<GrantRecord>[],
  store: Store<AuthorizationServerKinds>,
): Promise<Entry<ConsentRecord>[]> {
  const clientsOf = new Map<string, Set<string>>()
  for (const { value } of grants)
    clientsOf.set(value.subject, (clientsOf.get(value.subject) ?? new Set()).add(value.clientId))
  const consents: Entry<ConsentRecord>[] = []
  for (const [subject, clients] of clientsOf)
    consents.push(...(await consentsOfSubject(subject, store)).filter(({ value }) => clients.has(value.clientId)))
  return consents
}

/** Positions as ids that sort like their numbers. */
function feedId(position: number): string {
  return String(position).padStart(16, '0')
}
