import { type Account, findAccount } from '../accounts/accounts.ts'
import type { AccountsContext } from '../accounts/context.ts'
import { OperatorError } from '../operations/operator-error.ts'

/** Throws `OperatorError` when there is no such account. */
export async function requireAccount(context: Pick<AccountsContext, 'store'>, userName: string): Promise<Account> {
  const account = await findAccount(context, userName)
  if (account !== undefined) return account
  throw new OperatorError(`There is no user "${userName}"`, {
    kind: 'not_found',
    nextStep: 'See who there is: portcullis users list',
  })
}
