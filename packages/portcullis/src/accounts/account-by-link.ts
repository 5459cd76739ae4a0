import { createHash } from 'node:crypto'
import type { Change } from '@portcullis/auth/authorization-server'
import type { AccountRecord, ProgramKinds } from '../store/records.ts'
import { type Account, changesToCreate, findAccount } from './accounts.ts'
import { changesToHold } from './change-email.ts'
import type { AccountsContext } from './context.ts'
import { changeToEnd, findLink } from './links.ts'
import { changesToAdd, findPasskey, passkeyRecord } from './passkeys/passkeys.ts'
import type { MadePasskey } from './passkeys/verify-passkey.ts'
import { roleByLink } from './role-by-link.ts'

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
    const given = await roleByLink(context, link)
    if (given === 'link_gone') return { kind: 'link_gone' }
    const { role, isFirst } = given
    const id = accountIdOf(link)
    const ofPasskey = way.passkey === undefined ? [] : await passkeyChanges(context, id, way.passkey)
    if (ofPasskey === 'known') return { kind: 'passkey_known' }
    const { email } = link.value
    const held =
      email === undefined ? 'taken' : await changesToHold(context, { accountId: id, before: undefined, email })
    const value: AccountRecord = {
      userName: userName.trim(),
      role,
      createdAt: now(),
      ...(password !== undefined && { password }),
      // Where somebody else confirmed it meanwhile, it stays theirs.
      ...(email !== undefined && held !== 'taken' && { email }),
      sessionEpoch: 0,
    }
    const others = [changeToEnd(link), ...ofPasskey, ...(held === 'taken' ? [] : held)]
    if (!(await store.commit([...changesToCreate(id, value, { isFirst }), ...others]))) continue
    const account = await store.get('account', id)
    return account === undefined ? { kind: 'link_gone' } : { kind: 'created', account }
  }
}

async function passkeyChanges(
  context: AccountsContext,
  accountId: string,
  { name, ...made }: MadePasskey & { name: string },
): Promise<Change<ProgramKinds>[] | 'known'> {
  if ((await findPasskey(context, made.credentialId)) !== undefined) return 'known'
  return changesToAdd(made, passkeyRecord(made, { accountId, name, createdAt: context.now() }))
}

/** The id of the account that a link makes, known before it is made, since authenticators keep it with a passkey. As random as the link. */
export function accountIdOf(link: { id: string }): string {
  const bytes = createHash('sha256').update(`account of ${link.id}`).digest().subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6) // a UUID of version 8 (RFC 9562)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
