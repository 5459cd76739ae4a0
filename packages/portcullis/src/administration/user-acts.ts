import type { Account } from '../accounts/accounts.ts'
import { identitiesOf } from '../accounts/identities.ts'
import { unlinkIdentity } from '../accounts/identity-links.ts'
import { canSignIn } from '../accounts/ways-in.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { Role } from '../store/role.ts'
import { requireMayActOn } from './administrator.ts'
import { type ChangeContext, changeUser, isLastOwner, type PeopleContext } from './change-user.ts'
import { heldRole } from './held-role.ts'
import { anotherOwner, isOwner } from './owners.ts'
import { requireAccount } from './require-account.ts'
import { summaryOf, type UserSummary } from './users.ts'

/** Disables an account, and ends its sessions and, with `endGrants`, its grants. Throws `OperatorError` when there is no such account, or it is the last owner's. */
export async function disableUser(
  context: ChangeContext,
  userName: string,
  endGrants: (subject: string) => Promise<number>,
): Promise<{ user: UserSummary; endedGrants: number }> {
  const disabled = await changeUser(context, userName, (current) => ({
    ...current,
    disabledAt: current.disabledAt ?? context.now(),
    sessionEpoch: current.sessionEpoch + 1,
  }))
  return { user: await summaryOf(disabled, context), endedGrants: await endGrants(disabled.id) }
}

/** Lets a disabled account sign in again. Throws `OperatorError` when there is no such account. */
export async function enableUser(
  context: ChangeContext,
  userName: string,
  endGrants: (subject: string) => Promise<number>,
): Promise<UserSummary> {
  const account = await requireAccount(context, userName)
  const { id, value } = account
  requireMayActOn(context.administrator, (await heldRole(context, account)).role)
  // Where disabling was cut off before it had ended the grants, they must not come back with the account.
  if (value.disabledAt !== undefined) await endGrants(id)
  const enabled = await changeUser(context, userName, (current) => {
    const { disabledAt, ...others } = current
    return disabledAt === undefined ? current : others
  })
  return summaryOf(enabled, context)
}

/**
 * Takes a way to sign in from a person: sessions that began by it are over, and with `endGrants` their grants. Where it was the last, a reset link or an
 * invitation leads in again. Throws `OperatorError` where there is no such account, it does not sign in so, or no owner could sign in afterwards.
 */
export async function unlinkUser(
  context: ChangeContext,
  { userName, identityProvider }: { userName: string; identityProvider: string },
  endGrants: (subject: string) => Promise<number>,
): Promise<{ user: UserSummary; endedGrants: number }> {
  const account = await requireAccount(context, userName)
  requireMayActOn(context.administrator, (await heldRole(context, account)).role)
  const identities = await identitiesOf(context, account)
  const identity = identities.find(({ value }) => value.identityProvider === identityProvider)
  if (identity === undefined)
    throw new OperatorError(`"${userName}" does not sign in with "${identityProvider}"`, {
      kind: 'not_found',
      nextStep: 'See how people sign in: portcullis users list',
    })
  const leavesOwner = (current: Account) => leavesOwnerWithout(identity.id, current, context)
  if (!(await leavesOwner(account))) throw isLastOwner(account.value)
  const before = await endGrants(account.id) // first, so that where it fails all can be tried again
  const outcome = await unlinkIdentity(context, { accountId: account.id, identityId: identity.id }, leavesOwner)
  if (outcome.kind === 'last_way_in') throw isLastOwner(account.value)
  const meanwhile = await endGrants(account.id) // those that its sessions consented to until now
  return { user: await summaryOf(await requireAccount(context, userName), context), endedGrants: before + meanwhile }
}

/** Gives a person another role by hand; a higher one that an identity provider gives stays. Throws `OperatorError` when there is no such account, or the last owner would be none. */
export async function changeRole(context: ChangeContext, userName: string, role: Role): Promise<UserSummary> {
  const account = await changeUser(context, userName, (current) =>
    current.role === role ? current : { ...current, role },
  )
  return summaryOf(account, context)
}

/** Whether there is an owner who can sign in where a person signs in by that identity no more. */
async function leavesOwnerWithout(
  identityId: string,
  account: Account,
  { store, configuration: { passwords } }: PeopleContext,
): Promise<boolean> {
  if (!isOwner(account.value) || (await canSignIn({ store, passwords }, account, { without: [identityId] })))
    return true
  return (await anotherOwner({ store, passwords }, account)) !== undefined
}
