import type { ClaimsHook } from '@portcullis/auth/authorization-server'
import type { Accounts } from '../accounts/create-accounts.ts'
import { currentRole } from '../administration/held-role.ts'
import { namesRoles, type RuleSettings } from '../config/call-rules.ts'
import type { ServerParts } from '../operations/run-server.ts'

/**
 * What access tokens say of people beside who they are: groups, as far as they are told, and the role, where a rule asks for one. `undefined` where
 * there is nothing to say.
 */
export function tokenClaims(
  { store }: Pick<ServerParts, 'store'>,
  { claims, context }: Pick<Accounts, 'claims' | 'context'>,
  servers: readonly RuleSettings[],
): ClaimsHook | undefined {
  if (!servers.some(namesRoles)) return claims
  return async (token) => {
    const told = await claims?.(token)
    const account = await store.get('account', token.subject)
    if (account === undefined) return told // a client that acts for itself
    const { role } = await currentRole(context, account)
    return { ...told, roles: [role] }
  }
}
