import { createHash } from 'node:crypto'
import type { Change, Entry } from '@portcullis/auth/authorization-server'
import type { PasskeyRecord, ProgramKinds } from '../../store/records.ts'
import { changeTo } from '../accounts.ts'
import { isTestAccount } from '../dev-sign-in.ts'
import { endOtherSessions } from '../other-sessions.ts'
import type { Session, SessionsContext } from '../sessions.ts'
import type { WaysIn } from '../ways-in.ts'
import { changeToSpend, isSpent } from './challenge.ts'
import type { PasskeysContext } from './context.ts'
import type { MadePasskey } from './verify-passkey.ts'

export type Passkey = Entry<PasskeyRecord>

/** So many an account may have. */
export const mostPasskeys = 20

type WithStore = Pick<PasskeysContext, 'store'>

/** The passkey that a browser names. */
export function findPasskey({ store }: WithStore, credentialId: string): Promise<Passkey | undefined> {
  return store.get('passkey', idOf(credentialId))
}

/** The passkeys of an account, the oldest first. */
export async function passkeysOf({ store }: WithStore, accountId: string): Promise<Passkey[]> {
  const passkeys = await store.list('passkey', 'account', accountId)
  return passkeys.sort((a, b) => a.value.createdAt - b.value.createdAt || a.id.localeCompare(b.id))
}

/** The changes that remove passkeys, for where an account gets another way in instead. */
export function changesToRemoveAll(passkeys: readonly Passkey[]): Change<ProgramKinds>[] {
  return passkeys.map(({ id, version }) => ({ kind: 'passkey', id, version, value: undefined }))
}

/** What is kept of a passkey that was just made. */
export function passkeyRecord(made: MadePasskey, about: Pick<PasskeyRecord, 'accountId' | 'name' | 'createdAt'>) {
  const { challenge: _, expiresAt: __, ...passkey } = made
  return { ...about, ...passkey } satisfies PasskeyRecord
}

/** The changes that keep a new passkey and spend the challenge that it answered. No other account's passkey can be overwritten so. */
export function changesToAdd(made: MadePasskey, value: PasskeyRecord): Change<ProgramKinds>[] {
  const id = idOf(made.credentialId)
  return [
    { kind: 'passkey', id, version: 'absent', value, index: { account: value.accountId } },
    changeToSpend(made.challenge, made.expiresAt),
  ]
}

/** The change that keeps `value` of a passkey that is still as it was read. */
export function changeToKeep({ id, version }: Passkey, value: PasskeyRecord): Change<ProgramKinds> {
  return { kind: 'passkey', id, version, value, index: { account: value.accountId } }
}

export type AddOutcome = 'added' | 'known' | 'stale' | 'too_many' | 'not_possible'

/** Adds a passkey to an account. Test users get none: nobody is to sign in to them but by dev sign-in (law 10). */
export async function addPasskey(
  context: PasskeysContext,
  accountId: string,
  { made, name }: { made: MadePasskey; name: string },
): Promise<AddOutcome> {
  const { store, now } = context
  if (isTestAccount(accountId)) return 'not_possible'
  for (;;) {
    const account = await store.get('account', accountId)
    if (account === undefined || account.value.disabledAt !== undefined) return 'not_possible'
    if ((await findPasskey(context, made.credentialId)) !== undefined) return 'known'
    if (await isSpent(made.challenge, context)) return 'stale'
    if ((await passkeysOf(context, accountId)).length >= mostPasskeys) return 'too_many'
    const value = passkeyRecord(made, { accountId, name, createdAt: now() })
    // With the account, so that whatever else changes its ways in goes before it or after it.
    if (await store.commit([...changesToAdd(made, value), changeTo(account, account.value)])) return 'added'
  }
}

/** Gives a passkey of this account another name. Resolves to whether it has such a one. */
export async function renamePasskey(
  context: WithStore,
  accountId: string,
  { id, name }: { id: string; name: string },
): Promise<boolean> {
  for (;;) {
    const passkey = await ownPasskey(context, accountId, id)
    if (passkey === undefined) return false
    if (await context.store.commit([changeToKeep(passkey, { ...passkey.value, name })])) return true
  }
}

/** A passkey of this account, and of no other. */
export async function ownPasskey({ store }: WithStore, accountId: string, id: string): Promise<Passkey | undefined> {
  const passkey = await store.get('passkey', id)
  return passkey?.value.accountId === accountId ? passkey : undefined
}

/**
 * Removes a passkey of whoever is signed in, unless it is the last way in, and ends their other sessions: whoever had the device may be signed in.
 * Resolves to what the cookie carries then.
 */
export async function removePasskey(
  context: SessionsContext & Pick<WaysIn, 'hasWayBeside'>,
  session: Session,
  passkeyId: string,
): Promise<{ token: string; passkey: Passkey } | 'unknown' | 'last' | 'over'> {
  let found: Passkey | 'unknown' | 'last' = 'unknown'
  const token = await endOtherSessions(context, session, {
    async alongside(account) {
      const passkey = await ownPasskey(context, account.id, passkeyId)
      if (passkey === undefined) found = 'unknown'
      else found = (await context.hasWayBeside(passkeyId, account)) ? passkey : 'last'
      return typeof found === 'string'
        ? undefined
        : [{ kind: 'passkey', id: found.id, version: found.version, value: undefined }]
    },
  })
  if (typeof found === 'string') return found
  return token === undefined ? 'over' : { token, passkey: found }
}

function idOf(credentialId: string): string {
  return createHash('sha256').update(credentialId).digest('base64url')
}
