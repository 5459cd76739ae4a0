import { type Account, changeTo, hasOwner, listAccounts } from '../accounts/accounts.ts'
import type { AccountsContext } from '../accounts/context.ts'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { identitiesOf } from '../accounts/identities.ts'
import { unlinkIdentity } from '../accounts/identity-links.ts'
import { formatLink, type IssuedLink, issueLink, issueLinkWith } from '../accounts/links.ts'
import { passkeysOf } from '../accounts/passkeys/passkeys.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { Role } from '../store/role.ts'
import { accountOf, requireMayActOn } from './administrator.ts'
import { type ChangeContext, changeUser } from './change-user.ts'
import { requireAccount } from './require-account.ts'
import { roleOf } from './rights.ts'

export interface UsersContext extends Pick<AccountsContext, 'store' | 'now'> {
  /** Where links lead. */
  origin: string
}

/** An account as the operator is shown it. */
export interface UserSummary {
  id: string
  userName: string
  role: Role
  state: 'active' | 'disabled' | 'test user'
  /** How the person signs in: identity providers by their names in the configuration, `passkey`, `password`. */
  signsIn: readonly string[]
  /** Seconds since the epoch. */
  createdAt: number
}

/** A link to be given to one person, and until when it works, in seconds since the epoch. */
export interface GivenLink {
  /** Names it for `users withdraw`; invitations alone have one. */
  id?: string
  link: string
  expiresAt: number
}

/** All accounts, by their names. */
export async function listUsers(context: Pick<UsersContext, 'store'>): Promise<UserSummary[]> {
  const accounts = await listAccounts(context)
  const users = await Promise.all(accounts.map((account) => summaryOf(account, context)))
  return users.sort((a, b) => a.userName.localeCompare(b.userName))
}

/** How many people can sign in: test users are none. */
export async function countUsers(context: Pick<UsersContext, 'store'>): Promise<number> {
  const accounts = await listAccounts(context)
  return accounts.filter((account) => stateOf(account) === 'active').length
}

/** A link with which one further person makes an account. `recipient`: for whom it is, for the list. `lifetime`, in seconds. Default: 7 days. */
export async function inviteUser(
  context: UsersContext & Partial<Pick<ChangeContext, 'administrator'>>,
  options: { recipient?: string | undefined; lifetime?: number | undefined; email?: string | undefined } = {},
): Promise<GivenLink & { id: string }> {
  const madeBy = context.administrator && accountOf(context.administrator)
  const issued = await issueLink(context, { purpose: 'invitation', ...options, madeBy })
  const { id } = issued
  return { id, ...given(context, 'invitation', issued) }
}

/** A link with which a person sets a new password; 24 hours. Throws `OperatorError` when there is no such account. */
export async function resetUser(
  context: UsersContext & Pick<ChangeContext, 'administrator'>,
  userName: string,
): Promise<GivenLink> {
  for (;;) {
    const account = await requireAccount(context, userName)
    requireMayActOn(context.administrator, roleOf(account.value))
    // With the account, so that whoever makes it one of an administrator meanwhile ends the link, or is seen here.
    const alongside = [changeTo(account, account.value)]
    const asked = { purpose: 'reset', accountId: account.id, madeBy: accountOf(context.administrator) } as const
    const issued = await issueLinkWith(context, asked, alongside)
    if (issued !== undefined) return given(context, 'reset', issued)
  }
}

/** Disables an account, and ends its sessions and, with `endGrants`, its grants. Throws `OperatorError` when there is no such account, or it is the last owner's. */
export async function disableUser(
  context: ChangeContext & Pick<UsersContext, 'now'>,
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
  const { id, value } = await requireAccount(context, userName)
  requireMayActOn(context.administrator, roleOf(value))
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
 * invitation leads in again. Throws `OperatorError` where there is no such account, or it does not sign in so.
 */
export async function unlinkUser(
  context: ChangeContext,
  { userName, identityProvider }: { userName: string; identityProvider: string },
  endGrants: (subject: string) => Promise<number>,
): Promise<{ user: UserSummary; endedGrants: number }> {
  const account = await requireAccount(context, userName)
  requireMayActOn(context.administrator, roleOf(account.value))
  const identities = await identitiesOf(context, account)
  const identity = identities.find(({ value }) => value.identityProvider === identityProvider)
  if (identity === undefined)
    throw new OperatorError(`"${userName}" does not sign in with "${identityProvider}"`, {
      kind: 'not_found',
      nextStep: 'See how people sign in: portcullis users list',
    })
  const before = await endGrants(account.id) // first, so that where it fails all can be tried again
  await unlinkIdentity(context, { accountId: account.id, identityId: identity.id }, () => true)
  const meanwhile = await endGrants(account.id) // those that its sessions consented to until now
  return {
    user: await summaryOf(await requireAccount(context, userName), context),
    endedGrants: before + meanwhile,
  }
}

/** Gives a person another role. Throws `OperatorError` when there is no such account, or the last owner would be none. */
export async function changeRole(context: ChangeContext, userName: string, role: Role): Promise<UserSummary> {
  const changed = await changeUser(context, userName, (current) =>
    current.role === role ? current : { ...current, role },
  )
  return summaryOf(changed, context)
}

/** A fresh link for the first owner. Throws `OperatorError` when there is an owner. */
export async function makeOwnerLink(context: UsersContext): Promise<GivenLink> {
  if (await hasOwner(context)) {
    const owner = (await listAccounts(context)).find(({ value }) => roleOf(value) === 'owner')
    throw new OperatorError(`There is an owner already: ${owner?.value.userName}`, {
      nextStep: `For a new password run "portcullis users reset ${owner?.value.userName}"; for another person "portcullis users invite".`,
    })
  }
  return given(context, 'owner', await issueLink(context, { purpose: 'owner' }))
}

async function summaryOf(account: Account, context: Pick<UsersContext, 'store'>): Promise<UserSummary> {
  const { id, value } = account
  const { userName, createdAt, password } = value
  const identities = await identitiesOf(context, account)
  const signsIn = [
    ...identities.map((identity) => identity.value.identityProvider),
    ...((await passkeysOf(context, id)).length === 0 ? [] : ['passkey']),
    ...(password === undefined ? [] : ['password']),
  ]
  return { id, userName, role: roleOf(value), state: stateOf(account), signsIn, createdAt }
}

function stateOf({ id, value }: Account): UserSummary['state'] {
  if (isTestAccount(id)) return 'test user'
  return value.disabledAt === undefined ? 'active' : 'disabled'
}

function given({ origin }: UsersContext, purpose: Parameters<typeof formatLink>[1], issued: IssuedLink): GivenLink {
  return { link: formatLink(origin, purpose, issued), expiresAt: issued.expiresAt }
}
