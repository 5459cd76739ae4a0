import type { Change, Store } from '@portcullis/auth/authorization-server'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import type { AuditAct, AuditActor, PersonalAct } from '../store/audit-acts.ts'
import type { AccountRecord, ProgramKinds, SessionRecord } from '../store/records.ts'
import { accountActs } from './acts-of-change.ts'
import { mayAdministrate } from './rights.ts'

interface DoneBy {
  by: AuditActor
  act: AuditAct
}

/**
 * What a commit of the pages of people's own accounts does that an auditor asks after: who became somebody, and who came in, or set a password, that may
 * administrate. What the server changes of an account by itself is the server's.
 */
export async function personalActsOf(
  changes: readonly Change<ProgramKinds>[],
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  const acts: DoneBy[] = []
  // A session that takes the place of another in one commit is the same browser, still signed in.
  const isMove = changes.some(({ kind, value }) => kind === 'session' && value === undefined)
  for (const change of changes) {
    if (change.kind === 'passkey') acts.push(...(await ofPasskey(change, store)))
    if (change.kind === 'identity') acts.push(...(await ofIdentity(change, store)))
    if (change.value === undefined) continue
    if (change.kind === 'session' && change.version === 'absent' && isSignIn(change.value) && !isMove) {
      const { accountId } = change.value
      const account = (await store.get('account', accountId))?.value
      if (account !== undefined && mayAdministrate(account))
        acts.push(ownAct('administrator_signed_in', accountId, account))
    }
    if (change.kind === 'account' && !isTestAccount(change.id))
      acts.push(...(await ofAccount(change.id, change, store)))
  }
  return acts
}

/** As opposed to the same browser, whose person has proved anew who they are. */
function isSignIn({ startedAt, seenAt }: SessionRecord): boolean {
  return startedAt === undefined || startedAt === seenAt
}

async function ofAccount(
  id: string,
  { version, value }: { version: number | 'absent'; value: AccountRecord },
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  if (version === 'absent') return [ownAct('account_created', id, value)]
  const before = (await store.get('account', id))?.value
  if (before === undefined) return []
  const { password } = value
  const isSet =
    password !== undefined && before.password?.hash !== password.hash && before.sessionEpoch !== value.sessionEpoch
  const acts = accountActs(id, before, value).filter(
    ({ type }) => type === 'user_role_changed' || before.disabledAt !== value.disabledAt,
  )
  return [
    ...acts.map((act): DoneBy => ({ by: { kind: 'server' }, act })),
    ...(isSet && mayAdministrate(value) ? [ownAct('administrator_password_set', id, value)] : []),
    // A link to recover goes there.
    ...(before.email !== value.email && mayAdministrate(value)
      ? [ownAct('administrator_email_changed', id, value)]
      : []),
  ]
}

async function ofPasskey(
  { id, version, value }: Extract<Change<ProgramKinds>, { kind: 'passkey' }>,
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  if (value !== undefined && version !== 'absent') return [] // that it was used
  const passkey = value ?? (await store.get('passkey', id))?.value
  const account = passkey && (await store.get('account', passkey.accountId))?.value
  if (passkey === undefined || account === undefined || !mayAdministrate(account)) return []
  const type = value === undefined ? 'administrator_passkey_removed' : 'administrator_passkey_added'
  return [ownAct(type, passkey.accountId, account)]
}

async function ofIdentity(
  { id, version, value }: Extract<Change<ProgramKinds>, { kind: 'identity' }>,
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  if (value !== undefined && version !== 'absent') return [] // that it was used, or has ended
  const identity = value ?? (await store.get('identity', id))?.value
  const account = identity && (await store.get('account', identity.accountId))?.value
  if (identity === undefined || account === undefined || !mayAdministrate(account)) return []
  const type = value === undefined ? 'administrator_identity_removed' : 'administrator_identity_added'
  return [ownAct(type, identity.accountId, account)]
}

function ownAct(type: PersonalAct['type'], accountId: string, { userName, role }: AccountRecord): DoneBy {
  return { by: { kind: 'account', accountId, userName }, act: { type, accountId, userName, role } }
}
