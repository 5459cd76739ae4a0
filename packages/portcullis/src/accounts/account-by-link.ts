import { createHash } from 'node:crypto'
import type { Change } from '@portcullis/auth/authorization-server'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import { type Account, findAccount, hasOwner } from './accounts.ts'
import { changesToHold } from './change-email.ts'
import type { AccountsContext } from './context.ts'
import { changeToEnd, findLink } from './links.ts'
import { changesToAdd, findPasskey, passkeyRecord } from './passkeys/passkeys.ts'
import type { MadePasskey } from './passkeys/verify-passkey.ts'
import { userNameKey } from './user-name.ts'

export type CreateOutcome =
  | { kind: 'created'; account: Account }
  | { kind: 'link_gone' }
  | { kind: 'name_taken' }
  | { kind: 'passkey_known' }

/** How a new account is signed in to: by one of both. */
export type FirstWayIn = { password: string; passkey?: undefined } | { passkey: MadePasskey & { name: string } }

/** Uses up an owner link or an invitation and makes the account, in one commit. Throws `BusyError` when passwords wait already. */
export async function createAccountByLink(
  context: AccountsContext,
  {
    purpose,
    token,
    userName,
    ...way
  }: { purpose: 'owner' | 'invitation'; token: string; userName: string } & FirstWayIn,
): Promise<CreateOutcome> {
  const { store, passwords, now } = context
  if ((await findLink(context, purpose, token)) === undefined) return { kind: 'link_gone' }
  const password = way.passkey === undefined ? await passwords.hash(way.password) : undefined
  for (;;) {
    const link = await findLink(context, purpose, token)
    if (link === undefined) return { kind: 'link_gone' }
    if ((await findAccount(context, userName)) !== undefined) return { kind: 'name_taken' }
    const id = accountIdOf(link)
    const role = purpose === 'owner' ? 'owner' : 'member'
    const value: AccountRecord = {
      userName: userName.trim(),
      role,
      createdAt: now(),
      ...(password !== undefined && { password }),
      sessionEpoch: 0,
    }
    const changes: Change<ProgramKinds>[] = [
      changeToEnd(link),
      { kind: 'account', id, version: 'absent', value, index: { all: 'all' } },
      { kind: 'userName', id: userNameKey(userName), version: 'absent', value: { accountId: id } },
    ]
    if (way.passkey !== undefined) {
      const { name, ...made } = way.passkey
      if ((await findPasskey(context, made.credentialId)) !== undefined) return { kind: 'passkey_known' }
      changes.push(...changesToAdd(made, passkeyRecord(made, { accountId: id, name, createdAt: now() })))
    }
    // Where somebody else confirmed it meanwhile, it stays theirs.
    const { email } = link.value
    const held =
      email === undefined ? 'taken' : await changesToHold(context, { accountId: id, before: undefined, email })
    if (email !== undefined && held !== 'taken') {
      value.email = email
      changes.push(...held)
    }
    if (purpose === 'owner') {
      if (await hasOwner(context)) return { kind: 'link_gone' }
      changes.push({ kind: 'owner', id: 'first', version: 'absent', value: { accountId: id } })
    }
    if (!(await store.commit(changes))) continue
    const account = await store.get('account', id)
    return account === undefined ? { kind: 'link_gone' } : { kind: 'created', account }
  }
}

/** The id of the account that a link makes, known before it is made, since authenticators keep it with a passkey. As random as the link. */
export function accountIdOf(link: { id: string }): string {
  const bytes = createHash('sha256').update(`account of ${link.id}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6) // a UUID of version 8 (RFC 9562)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
