import { linkIdentity } from '../accounts/identity-links.ts'
import { type IdentityPurpose, parsePurpose } from '../accounts/identity-purpose.ts'
import { enterByIdentity, type IdentityOutcome, type Vouched } from '../accounts/identity-sign-in.ts'
import { sessionOf } from '../accounts/interaction.ts'
import { parseReturnAddress } from '../accounts/return-address.ts'
import type { TrustedIdentityProvider } from '../accounts/trusted-identity-provider.ts'
import type { PagesContext } from './context.ts'
import { identitiesPath } from './identities.ts'
import { identityProviderUnavailable, identityRefused, type RefusedIdentity } from './identity-refusals.ts'
import { withCookies } from './identity-sign-in.ts'
import { redirect, signInResponse } from './session.ts'

/** The way back from an identity provider. What came of it is decided by what was sealed when the browser went there, and by nothing in the request. */
export async function acceptCallback(
  request: Request,
  trusted: TrustedIdentityProvider,
  context: PagesContext,
): Promise<Response> {
  const completed = await context.identityProviders?.providers.complete(trusted.id, request)
  if (completed === undefined) return redirect('/account/sign-in')
  const returnTo = parseReturnAddress(completed.returnTo, context.accounts.origin)
  const purpose = parsePurpose(completed.purpose)
  return withCookies(await answer(), completed.setCookies)

  async function answer(): Promise<Response> {
    switch (completed?.kind) {
      case 'signed_in':
        return purpose?.kind === 'link'
          ? link(request, trusted, { vouched: completed, purpose }, context)
          : enter(request, trusted, { vouched: completed, purpose, returnTo }, context)
      case 'unavailable':
        return identityProviderUnavailable(request, trusted, { ...completed, returnTo, purpose }, context)
      case 'refused':
        return identityRefused(request, trusted, { ...completed, returnTo, purpose }, context)
      case undefined:
        return redirect('/account/sign-in')
      default:
        return completed satisfies never
    }
  }
}

async function enter(
  request: Request,
  trusted: TrustedIdentityProvider,
  {
    vouched,
    purpose,
    returnTo,
  }: { vouched: Vouched; purpose: Exclude<IdentityPurpose, { kind: 'link' }> | undefined; returnTo: string },
  context: PagesContext,
): Promise<Response> {
  const { accounts, onEvent, endGrants } = context
  const link =
    purpose === undefined || purpose.kind === 'sign_in' ? undefined : { purpose: purpose.kind, id: purpose.linkId }
  const outcome = await enterByIdentity(accounts, trusted, { vouched, link, endGrants })
  if (outcome.kind === 'refused')
    return identityRefused(request, trusted, { ...refusalOf(outcome), ...vouched, returnTo, purpose }, context)
  const { account, identity, how } = outcome
  const told = { accountId: account.id, userName: account.value.userName }
  if (how === 'created') onEvent({ type: 'account_created', ...told, by: link?.purpose ?? 'identity_provider' })
  if (how === 'linked_by_email')
    onEvent({ type: 'identity_linked', ...told, identityProvider: trusted.id, byEmail: true })
  // It kept what was asked of it, as was verified: two clocks that are a second apart are no reason to ask for ever.
  const isAgain = purpose?.kind === 'sign_in' && purpose.again
  const authTime = isAgain ? accounts.now() : Math.min(accounts.now(), vouched.identity.authTime)
  return signInResponse(request, { account, returnTo, identity, authTime, identityProvider: trusted.id }, context)
}

/** Only the browser and the session that asked for it: whoever else comes with it would give their account to somebody (login CSRF), or take it. */
async function link(
  request: Request,
  trusted: TrustedIdentityProvider,
  { vouched, purpose }: { vouched: Vouched; purpose: Extract<IdentityPurpose, { kind: 'link' }> },
  context: PagesContext,
): Promise<Response> {
  const { accounts, onEvent } = context
  const refuse = (refusal: RefusedIdentity) =>
    identityRefused(request, trusted, { ...refusal, ...vouched, returnTo: identitiesPath, purpose }, context)
  const session = await sessionOf(request, accounts)
  if (session === undefined || session.id !== purpose.sessionId || session.account.id !== purpose.accountId)
    return refuse({
      reason: 'foreign_session',
      detail: 'You were signed out, or signed in as somebody else, meanwhile.',
    })
  const outcome = await linkIdentity(accounts, trusted, { accountId: session.account.id, vouched })
  if (outcome.kind === 'refused') return refuse(refusalOf(outcome))
  const { id: accountId, value } = outcome.account
  onEvent({ type: 'identity_linked', accountId, userName: value.userName, identityProvider: trusted.id })
  return redirect(`${identitiesPath}?done=linked`)
}

function refusalOf({ reason, rule, account }: Extract<IdentityOutcome, { kind: 'refused' }>): RefusedIdentity {
  return {
    reason,
    detail: rule ?? refusals[reason],
    ...(account !== undefined && { accountId: account.id }),
  }
}

const refusals: Readonly<Record<Extract<IdentityOutcome, { kind: 'refused' }>['reason'], string>> = {
  not_admitted: 'The rules of this server do not let you in.',
  disabled: 'This account is disabled.',
  not_invited: 'There is no account for you here, and accounts are made by invitation alone.',
  link_gone: 'The link that you came by does not work any more: it was used, it is too old, or it was taken back.',
  linked_elsewhere: 'It opens another account here already.',
  too_many: 'Your account has as many ways to sign in as it may have: take one away first.',
  no_name: 'Every name that your account could have is taken.',
}
