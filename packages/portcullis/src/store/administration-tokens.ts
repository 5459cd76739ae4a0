import type { Change, Entry, Store } from '@portcullis/auth/authorization-server'
import { listAll } from './list-all.ts'
import type { AdministrationTokenRecord, ProgramKinds } from './records.ts'

export function allTokens(store: Pick<Store<ProgramKinds>, 'list'>): Promise<Entry<AdministrationTokenRecord>[]> {
  return listAll(store, 'administrationToken', 'all', 'all')
}

/** The account of the person by whose right it is there; `undefined` for one that was made on the machine itself. */
export function makerOf({ accountId, createdBy }: AdministrationTokenRecord): string | undefined {
  return createdBy.kind === 'account' ? createdBy.accountId : accountId
}

/** The changes that end all that a person made, and what those made. */
export async function changesToEndTokens(
  { store }: { store: Pick<Store<ProgramKinds>, 'list'> },
  accountId: string,
): Promise<Change<ProgramKinds>[]> {
  const theirs = (await allTokens(store)).filter(({ value }) => makerOf(value) === accountId)
  return theirs.map(({ id, version }) => ({ kind: 'administrationToken', id, version, value: undefined }))
}
