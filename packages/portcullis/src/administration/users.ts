import { type Account, changeTo, hasOwner, listAccounts } from '../accounts/accounts.ts'
import type { AccountsContext } from '../accounts/context.ts'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import { identitiesOf } from '../accounts/identities.ts'
import { formatLink, type Invitation, type IssuedLink, issueLink, issueLinkWith } from '../accounts/links.ts'
import { passkeysOf } from '../accounts/passkeys/passkeys.ts'
import { canSignIn } from '../accounts/ways-in.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { RoleSource } from '../store/audit-acts.ts'
import type { Role } from '../store/role.ts'
import { type Administrator, accountOf, requireMayActOn, requireRight } from './administrator.ts'
import type { ChangeContext, PeopleContext } from './change-user.ts'
import { heldRole, roleWith } from './held-role.ts'
import { requireAccount } from './require-account.ts'

export interface UsersContext extends Pick<AccountsContext, 'store' | 'now'> {
  /** Where links lead. */
  origin: string
}

/** An account as the operator is shown it. */
export interface UserSummary {
  id: string
  userName: string
  role: Role
  /** By what the person has the role. Absent: it was given by hand. */
  roleFrom?: RoleSource | undefined
  state: 'active' | 'disabled' | 'test user'
  /** Nothing lets the person in any more: no identity provider that they came by, and no passkey or password. */
  isShutOut?: true | undefined
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
export async function listUsers(context: PeopleContext): Promise<UserSummary[]> {
  const accounts = await listAccounts(context)
  const users = await Promise.all(accounts.map((account) => summaryOf(account, context)))
  return users.sort((a, b) => a.userName.localeCompare(b.userName))
}

/** How many people can sign in: test users are none. */
export async function countUsers(context: Pick<UsersContext, 'store'>): Promise<number> {
  const accounts = await listAccounts(context)
  return accounts.filter((account) => stateOf(account) === 'active').length
}

/** A link with which one further person makes an account. Throws `OperatorError` where it would give a role that is not the administrator's to give. */
export async function inviteUser(
  context: UsersContext & { administrator: Administrator },
  options: Omit<Invitation, 'madeBy'> = {},
): Promise<GivenLink & { id: string }> {
  const { administrator } = context
  if (options.role !== undefined && options.role !== 'member') requireRight(administrator, 'change_roles')
  const issued = await issueLink(context, { purpose: 'invitation', ...options, madeBy: accountOf(administrator) })
  const { id } = issued
  return { id, ...given(context, 'invitation', issued) }
}

/** A link with which a person sets a new password; 24 hours. Throws `OperatorError` when there is no such account. */
export async function resetUser(context: UsersContext & ChangeContext, userName: string): Promise<GivenLink> {
  for (;;) {
    const account = await requireAccount(context, userName)
    requireMayActOn(context.administrator, (await heldRole(context, account)).role)
    // With the account, so that whoever makes it one of an administrator meanwhile ends the link, or is seen here.
    const alongside = [changeTo(account, account.value)]
    const asked = { purpose: 'reset', accountId: account.id, madeBy: accountOf(context.administrator) } as const
    const issued = await issueLinkWith(context, asked, alongside)
    if (issued !== undefined) return given(context, 'reset', issued)
  }
}

/** A fresh link for the first owner. Throws `OperatorError` when there is an owner. */
export async function makeOwnerLink(context: UsersContext): Promise<GivenLink> {
  if (await hasOwner(context)) {
    const owner = (await listAccounts(context)).find(({ value: { role } }) => role === 'owner')?.value.userName
    throw new OperatorError(`There is an owner already: ${owner}`, {
      nextStep: `For a new password run "portcullis users reset ${owner}"; for another owner "portcullis users invite --role owner".`,
    })
  }
  return given(context, 'owner', await issueLink(context, { purpose: 'owner' }))
}

/** An account as the operator is shown it. */
export async function summaryOf(account: Account, context: PeopleContext): Promise<UserSummary> {
  const { id, value } = account
  const { userName, createdAt, password } = value
  const identities = await identitiesOf(context, account)
  const signsIn = [
    ...identities.map((identity) => identity.value.identityProvider),
    ...((await passkeysOf(context, id)).length === 0 ? [] : ['passkey']),
    ...(password === undefined ? [] : ['password']),
  ]
  const { role, from } = roleWith(identities, account, context)
  const state = stateOf(account)
  const { passwords } = context.configuration
  const isShutOut = state === 'active' && !(await canSignIn({ store: context.store, passwords }, account))
  return {
    ...{ id, userName, role },
    ...(from !== undefined && { roleFrom: from }),
    state,
    ...(isShutOut && { isShutOut }),
    ...{ signsIn, createdAt },
  }
}

function stateOf({ id, value }: Account): UserSummary['state'] {
  if (isTestAccount(id)) return 'test user'
  return value.disabledAt === undefined ? 'active' : 'disabled'
}

function given({ origin }: UsersContext, purpose: Parameters<typeof formatLink>[1], issued: IssuedLink): GivenLink {
  return { link: formatLink(origin, purpose, issued), expiresAt: issued.expiresAt }
}
