import type { Change, Entry, Store } from '@portcullis/auth/authorization-server'
import { listAll } from '../store/list-all.ts'
import type { AdministrationTokenRecord, ProgramKinds } from '../store/records.ts'
import { changesToEndLinksOf } from './links.ts'

type WithStore = { store: Store<ProgramKinds> }

/** The changes that end what lets somebody in, or lets them administrate, and was made in the name of an account: administration tokens, invitations and links for a new password. */
export async function changesToEndMade(context: WithStore, accountId: string): Promise<Change<ProgramKinds>[]> {
  return [...(await changesToEndTokens(context, accountId)), ...(await changesToEndLinksOf(context, accountId))]
}

/** Ends what the sessions of an account made until the very commit that ended them. */
export async function endMadeMeanwhile({ store }: WithStore, accountId: string): Promise<void> {
  for (;;) {
    const made = await changesToEndMade({ store }, accountId)
    if (made.length === 0 || (await store.commit(made))) return
  }
}

/** The changes that end the administration tokens that a person made, and what those made. */
export async function changesToEndTokens({ store }: WithStore, accountId: string): Promise<Change<ProgramKinds>[]> {
  const theirs = (await allTokens(store)).filter(({ value }) => makerOf(value) === accountId)
  return theirs.map(({ id, version }) => ({ kind: 'administrationToken', id, version, value: undefined }))
}

/** The account of the person by whose right a token is there; `undefined` for one that was made on the machine itself. */
export function makerOf({ accountId, createdBy }: AdministrationTokenRecord): string | undefined {
  return createdBy.kind === 'account' ? createdBy.accountId : accountId
}

/** Those that work. */
export function allTokens(store: Store<ProgramKinds>): Promise<Entry<AdministrationTokenRecord>[]> {
  return listAll(store, 'administrationToken', 'all', 'all')
}

/** A link that somebody made for themselves goes for two reasons. */
export function onceEach(changes: readonly Change<ProgramKinds>[]): Change<ProgramKinds>[] {
  return [...new Map(changes.map((change) => [`${change.kind} ${change.id}`, change])).values()]
}
