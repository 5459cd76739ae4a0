import { isDeepStrictEqual } from 'node:util'
import { type Change, ringEvents, type Store } from '@portcullis/auth/authorization-server'
import { linkIdOf } from '../accounts/links.ts'
import type { OperatorAct } from '../store/audit-acts.ts'
import type { AccountRecord, AdministrationTokenRecord, LinkRecord, ProgramKinds } from '../store/records.ts'

type KeyRing = ProgramKinds['keyRing']['value']

/**
 * What an operator does by a change; `deletes`: the client that the whole command is to delete. What it replaces is read here: where that is another meanwhile, the commit writes
 * nothing.
 */
export async function actsOf(
  change: Change<ProgramKinds>,
  store: Store<ProgramKinds>,
  deletes: string | undefined,
): Promise<OperatorAct[]> {
  switch (change.kind) {
    case 'client': {
      const { id: clientId, value } = change
      if (value === undefined) return [{ type: 'client_deleted', clientId }]
      if (change.version === 'absent') return [{ type: 'client_created', clientId }]
      const before = await store.get('client', clientId)
      return before?.value.secretHash === value.secretHash ? [] : [{ type: 'client_secret_renewed', clientId }]
    }
    case 'endedGrant':
      return change.value === undefined ? [] : grantActs(change.value, store)
    case 'consent': {
      const forgotten = change.value === undefined ? await store.get('consent', change.id) : undefined
      if (forgotten === undefined) return []
      const { subject, clientId, resource } = forgotten.value
      // Of a client that is static, or that a document describes, what people allowed may be all that there is to delete.
      return clientId === deletes
        ? [
            { type: 'client_deleted', clientId },
            { type: 'consent_revoked', reason: 'client_deleted', subject, clientId, resource },
          ]
        : [{ type: 'consent_revoked', reason: 'revoked_by_operator', subject, clientId, resource }]
    }
    case 'account':
      return accountActs(change.id, (await store.get('account', change.id))?.value, change.value)
    case 'administrationToken':
      return tokenActs(change.id, (await store.get('administrationToken', change.id))?.value, change.value)
    case 'identity':
      return change.value === undefined ? identityActs(change.id, store) : []
    case 'link':
      return linkActs(change.id, change.value, store)
    case 'keyRing':
      return keyActs((await store.get('keyRing', change.id))?.value ?? { keys: [] }, change.value ?? { keys: [] })
    default:
      return []
  }
}

async function grantActs(
  { grantId, reason }: ProgramKinds['endedGrant']['value'],
  store: Store<ProgramKinds>,
): Promise<OperatorAct[]> {
  const grant = await store.get('grant', grantId)
  if (grant === undefined) return [{ type: 'grant_ended', reason, grantId }]
  const { clientId, subject, resource } = grant.value
  const ended: OperatorAct = { type: 'grant_ended', reason, grantId, clientId, subject, resource }
  // Of a client that is static, or that a document describes, no record goes: that it was deleted shows by what ends with it.
  return reason === 'client_deleted' ? [{ type: 'client_deleted', clientId }, ended] : [ended]
}

/** What becomes of an account that is there. */
export function accountActs(
  accountId: string,
  before: AccountRecord | undefined,
  after: AccountRecord | undefined,
): OperatorAct[] {
  if (before === undefined || after === undefined || isDeepStrictEqual(before, after)) return []
  const whom = { accountId, userName: after.userName }
  if (before.identities?.length !== after.identities?.length) return [] // told with the identity itself
  if (before.role !== after.role) return [{ type: 'user_role_changed', ...whom, role: after.role, before: before.role }]
  if (after.disabledAt !== undefined) return [{ type: 'user_disabled', ...whom }]
  return before.disabledAt === undefined ? [] : [{ type: 'user_enabled', ...whom }]
}

function tokenActs(
  id: string,
  before: AdministrationTokenRecord | undefined,
  after: AdministrationTokenRecord | undefined,
): OperatorAct[] {
  const token = after ?? before
  // That it was used is written to it, too.
  if (token === undefined || (before === undefined) === (after === undefined)) return []
  const type = after === undefined ? 'administration_token_revoked' : 'administration_token_created'
  return [{ type, tokenId: linkIdOf(id), name: token.name, role: token.role }]
}

async function identityActs(id: string, store: Store<ProgramKinds>): Promise<OperatorAct[]> {
  const before = await store.get('identity', id)
  const account = before && (await store.get('account', before.value.accountId))
  if (before === undefined || account === undefined) return []
  const { identityProvider } = before.value
  return [{ type: 'identity_unlinked', accountId: account.id, userName: account.value.userName, identityProvider }]
}

async function linkActs(id: string, made: LinkRecord | undefined, store: Store<ProgramKinds>): Promise<OperatorAct[]> {
  const link = made ?? (await store.get('link', id))?.value
  switch (link?.purpose) {
    case 'invitation':
      return [
        {
          type: made === undefined ? 'invitation_withdrawn' : 'user_invited',
          invitation: linkIdOf(id),
          ...(link.role !== undefined && { role: link.role }),
        },
      ]
    case 'owner':
      return made === undefined ? [] : [{ type: 'owner_link_made' }] // the link before it goes with that
    case 'reset': {
      const account = made?.accountId === undefined ? undefined : await store.get('account', made.accountId)
      if (account === undefined) return []
      return [{ type: 'reset_link_made', accountId: account.id, userName: account.value.userName }]
    }
    default:
      return []
  }
}

function keyActs(before: KeyRing, after: KeyRing): OperatorAct[] {
  // A new key that signs at once, where there was one: the others are taken back.
  const isTakingBack =
    before.keys.length > 0 && after.keys.some(({ kid }) => everyKey(before).every((key) => key.kid !== kid))
  return ringEvents(before, after, isTakingBack ? 'compromised' : 'operator')
}

function everyKey({ keys, next, retired = [] }: KeyRing): readonly { kid: string }[] {
  return [...keys, ...(next === undefined ? [] : [next]), ...retired]
}
