import type { Account } from '../accounts/accounts.ts'
import type { AccountsContext } from '../accounts/context.ts'
import type { AccountEvent } from '../accounts/events.ts'
import type { Mailer } from './mailer.ts'
import { type Change, noticeMessage, type Site } from './messages.ts'

/** What pages send with: where there is none, no mail is configured. */
export interface Post {
  mailer: Mailer
  site: Site
}

const noticed: Partial<Record<AccountEvent['type'], Change>> = {
  password_changed: 'password_changed',
  password_reset: 'password_reset',
  passkey_added: 'passkey_added',
  passkey_removed: 'passkey_removed',
  identity_linked: 'identity_linked',
  identity_unlinked: 'identity_unlinked',
}

/** Tells a person what has changed in their account, where it has an address: whoever changed it may be somebody else. */
export function noticeEvent(
  event: AccountEvent,
  { mailer, site, store, now }: Post & Pick<AccountsContext, 'store' | 'now'>,
): void {
  const change = noticed[event.type]
  if (change === undefined || !('accountId' in event) || event.accountId === undefined) return
  const { accountId } = event
  const at = now()
  mailer.send({
    kind: 'notice',
    accountId,
    async make() {
      const account = await store.get('account', accountId)
      const { email, userName } = account?.value ?? {}
      if (email === undefined || userName === undefined) return undefined
      return noticeMessage(email, { change, at, userName, site })
    },
  })
}

/** Tells an address that it is no longer that of an account. */
export function noticeOldAddress(account: Account, at: number, { mailer, site }: Post): void {
  const { email, userName } = account.value
  if (email === undefined) return
  mailer.send({
    kind: 'notice',
    accountId: account.id,
    make: async () => noticeMessage(email, { change: 'email_changed', at, userName, site }),
  })
}
