import { html, page } from '@portcullis/auth/authorization-server'
import { emailAddressKey } from '../accounts/email-address.ts'
import { formatLink, issueLink } from '../accounts/links.ts'
import { accountToRecover, asksTooOften, isRecoverySentTooOften } from '../accounts/recovery.ts'
import { recoveryMessage } from '../mail/messages.ts'
import type { PagesContext } from './context.ts'
import { fieldOf } from './fields.ts'
import { readForm, unreadableForm } from './form.ts'
import { problemPage } from './problem.ts'
import { redirect } from './session.ts'
import { minutesOf } from './sign-in-attempt.ts'

/** The page for whoever can no longer sign in. There is none where no mail is configured, or nobody signs in by password. */
export async function showForgot(_request: Request, context: PagesContext): Promise<Response> {
  const { post, server, accounts } = context
  if (post === undefined || !accounts.arePasswordsOn) return redirect('/account/sign-in')
  return page({
    title: 'Sign in again',
    owner: server.name,
    brand: server.brand,
    formActionSources: [],
    body: html`<h1>Forgot your password?</h1>
<p>Tell us who you are here. If your account has an e-mail address, a link to set a new password goes there.</p>
<form method="post" action="/account/forgot">
${fieldOf({ name: 'user_name', label: 'User name or e-mail address', type: 'text', autocomplete: 'username', hasFocus: true })}
<button>Send me a link</button>
</form>
<p class="soft after"><a href="/account/sign-in">Back to sign-in</a></p>`,
  })
}

/** Its form. The answer is the same, and as quick, whoever it is about: what is found out, written and sent comes after it. */
export async function acceptForgot(request: Request, context: PagesContext, clientAddress: string): Promise<Response> {
  const { post, accounts, server } = context
  if (post === undefined || !accounts.arePasswordsOn) return redirect('/account/sign-in')
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const tooOften = await asksTooOften(accounts, clientAddress)
  if (tooOften !== undefined)
    return problemPage(
      request,
      {
        status: 429,
        reason: 'form_not_accepted',
        title: 'That was too often',
        description: 'Too many links were asked for from where you are.',
        nextStep: `Wait ${minutesOf(tooOften.retryAfter)} and try again, or ask whoever runs this server for a link.`,
        headers: { 'retry-after': String(tooOften.retryAfter) },
      },
      context,
    )
  const text = (form.get('user_name') ?? '').trim()
  sendRecovery(text, { post, accounts })
  return page({
    title: 'Look into your mailbox',
    owner: server.name,
    brand: server.brand,
    body: html`<h1>Look into your mailbox</h1>
<p>If there is such an account and it has an e-mail address, a link is on its way there. It works once, for an hour.</p>
<p class="soft">Nothing there after some minutes? Look among unwanted messages, or ask whoever runs this server for a link.</p>
<p class="soft after"><a href="/account/sign-in">Back to sign-in</a></p>`,
  })
}

function sendRecovery(
  text: string,
  { post: { mailer, site }, accounts }: { post: NonNullable<PagesContext['post']>; accounts: PagesContext['accounts'] },
): void {
  mailer.send({
    kind: 'recovery',
    async make() {
      const account = await accountToRecover(accounts, text)
      const isTooMuch = await isRecoverySentTooOften(accounts, account?.id ?? emailAddressKey(text))
      if (account?.value.email === undefined || isTooMuch) return undefined
      const issued = await issueLink(accounts, {
        purpose: 'recovery',
        accountId: account.id,
        email: account.value.email,
      })
      const link = formatLink(accounts.origin, 'recovery', issued)
      return recoveryMessage(account.value.email, { link, userName: account.value.userName, site })
    },
  })
}
