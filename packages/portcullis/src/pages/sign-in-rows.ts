import { type Html, html } from '@portcullis/auth/authorization-server'
import { isTestAccount } from '../accounts/dev-sign-in.ts'
import type { Session } from '../accounts/sessions.ts'
import type { PagesContext } from './context.ts'
import { canHavePasskeys } from './passkeys.ts'

/** The rows of the account page on how its person signs in. Test users have nothing to change. */
export function signInRows(session: Session, passkeyCount: number, context: PagesContext): Html | undefined {
  if (isTestAccount(session.account.id)) return undefined
  const { password, email } = session.account.value
  const hasPassword = password !== undefined
  return html`${canHavePasskeys(session, context) || passkeyCount > 0 ? row('Passkeys', countText(passkeyCount), { path: '/account/passkeys', button: passkeyCount === 0 ? 'Add' : 'Change' }) : undefined}
${context.identityProviders === undefined ? undefined : row('Accounts elsewhere', identityCountText(session), { path: '/account/identities', button: 'Change' })}
${context.accounts.arePasswordsOn ? row('Password', hasPassword ? undefined : 'none', { path: '/account/password', button: hasPassword ? 'Change' : 'Set' }) : undefined}
${context.post === undefined ? undefined : row('E-mail address', email ?? 'none', { path: '/account/email', button: email === undefined ? 'Set' : 'Change' })}`
}

function row(name: string, state: string | undefined, { path, button }: { path: string; button: string }): Html {
  return html`<li><div>${name}${state === undefined ? undefined : html`<small>${state}</small>`}</div><form action="${path}"><button class="plain small" aria-label="${button}: ${name}">${button}</button></form></li>`
}

function identityCountText({ account }: Session): string {
  return countText((account.value.identities ?? []).length)
}

function countText(count: number): string {
  if (count === 0) return 'none'
  return count === 1 ? 'one' : String(count)
}
