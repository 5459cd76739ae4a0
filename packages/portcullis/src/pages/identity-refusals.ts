import { type Html, html } from '@portcullis/auth/authorization-server'
import type { Identity } from '@portcullis/auth/identity-providers'
import type { AccountEvent } from '../accounts/events.ts'
import type { IdentityPurpose } from '../accounts/identity-purpose.ts'
import type { TrustedIdentityProvider } from '../accounts/trusted-identity-provider.ts'
import type { PagesContext } from './context.ts'
import { identityButtons } from './identity-buttons.ts'
import { problemPage } from './problem.ts'

/** Why somebody who came back from an identity provider is not let in. */
export interface RefusedIdentity
  extends Pick<Extract<AccountEvent, { type: 'identity_refused' }>, 'reason' | 'cause' | 'accountId'> {
  /** As a sentence for the person. */
  detail: string
}

/** The page for somebody who is not let in: why, whom to ask, and how to try as somebody else. It goes nowhere by itself. */
export function identityRefused(
  request: Request,
  trusted: TrustedIdentityProvider,
  {
    reason,
    detail,
    cause,
    accountId,
    identity,
    returnTo,
    purpose,
  }: RefusedIdentity & { identity?: Identity; returnTo: string; purpose: IdentityPurpose | undefined },
  context: PagesContext,
): Response {
  const isSelf = ours.has(reason)
  return problemPage(
    request,
    {
      status: 403,
      reason: 'identity_refused',
      title: isSelf ? 'You are not let in' : `Signing in with ${trusted.name} did not work`,
      description: asSentence(detail),
      nextStep: isSelf
        ? html`If you should be let in, ask ${contactOf(trusted)}.`
        : html`Try again. If it stays like this, ask ${contactOf(trusted)}.`,
      more: wayOn(trusted, { returnTo, purpose, asSomebodyElse: isSelf || reason === 'denied' }, context),
      hasForm: true,
      event: {
        type: 'identity_refused',
        identityProvider: trusted.id,
        reason,
        detail,
        ...(cause !== undefined && { cause }),
        ...(identity !== undefined && { issuer: identity.issuer, subject: identity.subject }),
        ...(accountId !== undefined && { accountId }),
      },
    },
    context,
  )
}

/** The page for an identity provider that does not answer: nothing is lost, and it is not our fault. */
export function identityProviderUnavailable(
  request: Request,
  trusted: TrustedIdentityProvider,
  {
    detail,
    cause,
    returnTo,
    purpose,
  }: { detail: string; cause?: string; returnTo: string; purpose: IdentityPurpose | undefined },
  context: PagesContext,
): Response {
  return problemPage(
    request,
    {
      status: 503,
      reason: 'identity_provider_unavailable',
      title: `${trusted.name} does not answer`,
      description: html`People sign in here with <bdi>${trusted.name}</bdi>, and that is not working at the moment. This server itself is.`,
      nextStep: 'Try again in a minute; nothing is lost. Whoever is signed in already goes on as before.',
      more: wayOn(trusted, { returnTo, purpose, asSomebodyElse: false }, context),
      hasForm: true,
      event: {
        type: 'identity_provider_unavailable',
        identityProvider: trusted.id,
        during: 'sign-in',
        detail,
        ...(cause !== undefined && { cause }),
      },
    },
    context,
  )
}

/** Refusals of this server's own, which another account may be spared. */
const ours: ReadonlySet<RefusedIdentity['reason']> = new Set([
  'not_admitted',
  'disabled',
  'not_invited',
  'link_gone',
  'linked_elsewhere',
  'too_many',
  'no_name',
  'foreign_session',
  'wrong_organisation',
])

/** A one-time link has to be opened again: what it carries is not kept here. */
function wayOn(
  trusted: TrustedIdentityProvider,
  {
    returnTo,
    purpose,
    asSomebodyElse,
  }: { returnTo: string; purpose: IdentityPurpose | undefined; asSomebodyElse: boolean },
  context: PagesContext,
): Html | undefined {
  if (purpose?.kind === 'invitation' || purpose?.kind === 'owner')
    return html`<p class="soft">To try again, open the link that you were given.</p>`
  const fields = {
    return_to: returnTo,
    select: asSomebodyElse ? '1' : undefined,
    again: purpose?.kind === 'sign_in' && purpose.again ? '1' : undefined,
    for: purpose?.kind === 'link' ? 'link' : undefined,
  }
  const verb = asSomebodyElse ? 'Try another account' : 'Try again'
  const page = `/account/sign-in?${new URLSearchParams({ return_to: returnTo, stay: '1' })}`
  return html`${identityButtons(context, fields, { verb, only: [trusted.id] })}
<p class="soft after"><a href="${page}">All ways to sign in</a></p>`
}

/** Some go over the wire without a full stop, and some end with words of the identity provider. */
function asSentence(detail: string): string {
  return /[.!?]”?$/.test(detail) ? detail : `${detail}.`
}

function contactOf({ contact }: TrustedIdentityProvider): Html {
  if (contact === undefined) return html`whoever runs this server`
  if (/^(https:\/\/|mailto:)/i.test(contact)) return html`at <a href="${contact}" rel="noreferrer">${contact}</a>`
  return /^[^@\s]+@[^@\s]+$/.test(contact) ? html`<a href="mailto:${contact}">${contact}</a>` : html`${contact}`
}
