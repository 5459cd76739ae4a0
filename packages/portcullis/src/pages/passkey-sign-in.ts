import type { AccountEvent } from '../accounts/events.ts'
import { type PasskeyOutcome, provePasskey } from '../accounts/passkeys/prove-passkey.ts'
import { parseReturnAddress } from '../accounts/return-address.ts'
import type { PagesContext } from './context.ts'
import { readForm, unreadableForm } from './form.ts'
import { browserOf } from './passkey-offer.ts'
import { signInResponse } from './session.ts'
import { signInPage } from './sign-in.ts'
import { refusalOf } from './sign-in-attempt.ts'

/** The form of the sign-in page that carries a passkey. */
export async function acceptPasskeySignIn(
  request: Request,
  context: PagesContext,
  clientAddress: string,
): Promise<Response> {
  const form = await readForm(request)
  if (form === undefined) return unreadableForm(request, context)
  const returnTo = parseReturnAddress(form.get('return_to'), context.accounts.origin)
  const outcome = await provePasskey(context.accounts, {
    text: form.get('credential') ?? '',
    use: { purpose: 'sign in', boundTo: browserOf(request, context) ?? '' },
    address: clientAddress,
  })
  if (outcome.kind === 'proved') return signInResponse(request, { account: outcome.account, returnTo }, context)
  const { reason, ...told } = toldOf(outcome)
  context.onEvent({ type: 'passkey_refused', reason, clientAddress, ...told.whose })
  const shown = await signInPage(request, { returnTo, message: told.message, status: told.status }, context)
  for (const [name, value] of Object.entries(told.headers)) shown.headers.set(name, value)
  return shown
}

export type RefusedPasskey = Exclude<PasskeyOutcome, { kind: 'proved' }>

/** What the person and the operator are told of a passkey that proved nothing. */
export function toldOf(refused: RefusedPasskey): {
  reason: Extract<AccountEvent, { type: 'passkey_refused' }>['reason']
  whose?: { accountId: string; userName: string } | undefined
  status: number
  message: string
  headers: Readonly<Record<string, string>>
} {
  if (refused.kind === 'too_many') {
    const { retryAfter } = refused
    const headers = { 'retry-after': String(retryAfter) }
    return { reason: 'too_many', ...refusalOf({ kind: 'too_many', retryAfter, account: undefined }), headers }
  }
  const { reason, account } = refused
  const whose = account && { accountId: account.id, userName: account.value.userName }
  return { reason, whose, ...texts[reason], headers: {} }
}

const texts: Readonly<
  Record<Exclude<RefusedPasskey, { kind: 'too_many' }>['reason'], { status: number; message: string }>
> = {
  stale: { status: 422, message: 'The page was open too long. Try the passkey again.' },
  not_valid: {
    status: 422,
    message: 'That passkey does not work here. Choose another one, or another way.',
  },
  disabled: refusalOf({ kind: 'disabled', account: undefined }),
  copied: {
    status: 403,
    message:
      'That passkey seems to have been copied: it counts less than it did before. Sign in another way, remove it in your account, and add a new one.',
  },
}
