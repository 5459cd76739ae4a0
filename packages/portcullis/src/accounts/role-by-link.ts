import type { Entry } from '@portcullis/auth/authorization-server'
import type { LinkRecord } from '../store/records.ts'
import type { Role } from '../store/role.ts'
import { hasOwner } from './accounts.ts'
import type { AccountsContext } from './context.ts'

/** What whoever uses a link will be, and whether they are the first owner. The link for that one works for nobody after them, an invitation for any. */
export async function roleByLink(
  context: Pick<AccountsContext, 'store'>,
  { value }: Entry<LinkRecord>,
): Promise<{ role: Role; isFirst: boolean } | 'link_gone'> {
  const isForFirst = value.purpose === 'owner'
  const role: Role = value.role ?? 'member'
  if (!isForFirst && role !== 'owner') return { role, isFirst: false }
  const isFirst = !(await hasOwner(context))
  return isForFirst && !isFirst ? 'link_gone' : { role: 'owner', isFirst }
}
