import type { Account } from '../accounts/accounts.ts'
import { OperatorError } from '../operations/operator-error.ts'
import type { AuditActor } from '../store/audit-acts.ts'
import type { Role } from '../store/role.ts'
import { type HeldRole, hasRight, mayActOn, mayAdministrate, type Right, rights } from './rights.ts'

/** Who administrates: for the audit log, and for what they may. */
export interface Administrator {
  by: AuditActor
  role: Role
  /** Of a token: who made it, or the token that made it, and so on. Absent: it was made on the machine itself. */
  madeBy?: string
}

/** Whoever can run commands on the machine: the owner of it, whose database it is to read and write. */
export function ownerOfMachine(user: string | undefined): Administrator {
  return { by: { kind: 'command_line', ...(user !== undefined && { user }) }, role: 'owner' }
}

/** Whoever is signed in to the account, where the role that they have now lets them administrate. */
export function administratorOf({ id: accountId, value }: Account, { role }: HeldRole): Administrator | undefined {
  if (!mayAdministrate(role)) return undefined
  return { by: { kind: 'account', accountId, userName: value.userName }, role }
}

/** The account whose rights these are; `undefined` where they are those of whoever can run commands on the machine. */
export function accountOf({ by, madeBy }: Administrator): string | undefined {
  return by.kind === 'account' ? by.accountId : madeBy
}

/** Throws `OperatorError` of the kind `forbidden` where the role has not the right. */
export function requireRight({ role }: Administrator, right: Right): void {
  if (!hasRight(role, right)) throw forbidden(role, `That takes one of these roles: ${rights[right].join(', ')}.`)
}

/** Throws `OperatorError` of the kind `forbidden` where people of that role are somebody else's affair. */
export function requireMayActOn({ role }: Administrator, whose: Role): void {
  if (!mayActOn(role, whose)) throw forbidden(role, 'Ask an owner: people who may administrate are theirs to change.')
}

function forbidden(role: Role, nextStep: string): OperatorError {
  return new OperatorError(`The role ${role} may not do that`, { kind: 'forbidden', nextStep })
}
