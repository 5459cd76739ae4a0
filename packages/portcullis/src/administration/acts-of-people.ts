import type { Change, Store } from '@portcullis/auth/authorization-server'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { canSignIn, type WaysInContext } from '../accounts/ways-in.ts'
import type { AuditAct, AuditActor, PersonalAct } from '../store/audit-acts.ts'
import type { AccountRecord, IdentityRecord, ProgramKinds, SessionRecord } from '../store/records.ts'
import { accountActs, actsOf } from './acts-of-change.ts'
import { anotherOwner, isOwner } from './owners.ts'
import { type HeldRole, mayAdministrate } from './rights.ts'
import { lastKnownRole, roleActsOf } from './role-acts.ts'

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
  context: WaysInContext,
): Promise<DoneBy[]> {
  const { store } = context
  const acts: DoneBy[] = []
  // A session that takes the place of another in one commit is the same browser, still signed in.
  const isMove = changes.some(({ kind, value }) => kind === 'session' && value === undefined)
  for (const change of changes) {
    if (change.kind === 'passkey') acts.push(...(await ofPasskey(change, store)))
    if (change.kind === 'identity') acts.push(...(await ofIdentity(change, store)))
    if (change.value === undefined) acts.push(...(await ofEndedByServer(change, changes, store)))
    if (change.value === undefined) continue
    if (change.kind === 'identity') acts.push(...(await ofEnded(change.id, change.value, context)))
    if (change.kind === 'session' && change.version === 'absent' && isSignIn(change.value) && !isMove) {
      const { accountId } = change.value
      acts.push(...(await ofAdministrator('administrator_signed_in', accountId, store)))
    }
    if (change.kind === 'account' && !isTestAccount(change.id))
      acts.push(...(await ofAccount(change.id, change, store)))
  }
  return [...acts, ...(await roleActsOf(changes, store)).map((act): DoneBy => ({ by: { kind: 'server' }, act }))]
}

/** A new password by a link ends what was made in the name of its account: administration tokens, and invitations, which are otherwise used. */
async function ofEndedByServer(
  change: Change<ProgramKinds>,
  changes: readonly Change<ProgramKinds>[],
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  const { kind, id } = change
  const maker = kind === 'link' ? (await store.get('link', id))?.value.madeBy : undefined
  const isOfMaker = changes.some((each) => each.kind === 'account' && each.version !== 'absent' && each.id === maker)
  if (kind !== 'administrationToken' && !isOfMaker) return []
  return (await actsOf(change, store, undefined)).map((act): DoneBy => ({ by: { kind: 'server' }, act }))
}

/** As opposed to the same browser, whose person has proved anew who they are. */
function isSignIn({ startedAt, seenAt }: SessionRecord): boolean {
  return startedAt === undefined || startedAt === seenAt
}

/** The word of an identity provider ends access, be it that of the last owner who can sign in: then the log says so, loudly. */
async function ofEnded(
  id: string,
  { endedAt, identityProvider, accountId }: IdentityRecord,
  context: WaysInContext,
): Promise<DoneBy[]> {
  const { store } = context
  const account = endedAt === undefined ? undefined : await store.get('account', accountId)
  if (
    account === undefined ||
    !isOwner(account.value) ||
    (await store.get('identity', id))?.value.endedAt !== undefined
  )
    return []
  if (await canSignIn(context, account, { without: [id] })) return []
  if ((await anotherOwner(context, account)) !== undefined) return []
  const { userName } = account.value
  return [{ by: { kind: 'server' }, act: { type: 'owners_shut_out', accountId, userName, identityProvider } }]
}

async function ofAccount(
  id: string,
  { version, value }: { version: number | 'absent'; value: AccountRecord },
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  if (version === 'absent') return [ownAct('account_created', id, value, { role: value.role })]
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
    ...(isSet ? await ofAdministrator('administrator_password_set', id, store, value) : []),
    // A link to recover goes there.
    ...(before.email !== value.email ? await ofAdministrator('administrator_email_changed', id, store, value) : []),
  ]
}

async function ofPasskey(
  { id, version, value }: Extract<Change<ProgramKinds>, { kind: 'passkey' }>,
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  if (value !== undefined && version !== 'absent') return [] // that it was used
  const passkey = value ?? (await store.get('passkey', id))?.value
  if (passkey === undefined) return []
  const type = value === undefined ? 'administrator_passkey_removed' : 'administrator_passkey_added'
  return ofAdministrator(type, passkey.accountId, store)
}

async function ofIdentity(
  { id, version, value }: Extract<Change<ProgramKinds>, { kind: 'identity' }>,
  store: Store<ProgramKinds>,
): Promise<DoneBy[]> {
  if (value !== undefined && version !== 'absent') return [] // that it was used, or has ended
  const identity = value ?? (await store.get('identity', id))?.value
  if (identity === undefined) return []
  const type = value === undefined ? 'administrator_identity_removed' : 'administrator_identity_added'
  return ofAdministrator(type, identity.accountId, store)
}

/** What somebody did who may administrate; nothing where it was somebody else. `after`: what the account is then. Default: as it is. */
async function ofAdministrator(
  type: PersonalAct['type'],
  accountId: string,
  store: Store<ProgramKinds>,
  after?: AccountRecord,
): Promise<DoneBy[]> {
  const value = after ?? (await store.get('account', accountId))?.value
  const held = value && (await lastKnownRole({ value }, store))
  return value === undefined || held === undefined || !mayAdministrate(held.role)
    ? []
    : [ownAct(type, accountId, value, held)]
}

function ownAct(
  type: PersonalAct['type'],
  accountId: string,
  { userName }: AccountRecord,
  { role, from }: HeldRole,
): DoneBy {
  return {
    by: { kind: 'account', accountId, userName },
    act: { type, accountId, userName, role, ...(from !== undefined && { roleFrom: from }) },
  }
}
