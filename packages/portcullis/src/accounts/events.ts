import type { SignInRefusal } from '@portcullis/auth/identity-providers'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import type { MailEvent } from '../mail/mailer.ts'
import type { IdentityRefusal } from './identity-sign-in.ts'
import type { LinkPurpose } from './links.ts'

/** One step of a person with the accounts of this program. Never a password, a link or a cookie. */
export type AccountEvent =
  | { type: 'signed_in'; accountId: string; userName: string; isDev: boolean; identityProvider?: string }
  | ({ type: 'sign_in_refused'; reason: 'wrong' | 'disabled' | 'too_many' | 'busy'; clientAddress: string } & Attempted)
  | ({ type: 'passkey_refused'; reason: PasskeyProblem; clientAddress: string } & Attempted)
  | { type: 'passkey_added' | 'passkey_removed'; accountId: string; userName: string }
  | { type: 'confirmed'; accountId: string; userName: string }
  | {
      type: 'confirmation_refused'
      accountId: string
      userName: string
      reason: PasskeyProblem | 'wrong' | 'busy'
      clientAddress: string
    }
  | { type: 'signed_out'; accountId: string; userName: string }
  | { type: 'account_created'; accountId: string; userName: string; by: 'owner' | 'invitation' | 'identity_provider' }
  | { type: 'password_reset'; accountId: string; userName: string }
  | { type: 'password_changed'; accountId: string; userName: string }
  | {
      type: 'password_change_refused'
      accountId: string
      userName: string
      reason: 'wrong' | 'disabled' | 'too_many' | 'busy'
      clientAddress: string
    }
  | { type: 'session_ended'; accountId: string; userName: string }
  | { type: 'signed_out_elsewhere'; accountId: string; userName: string }
  | {
      type: 'identity_refused'
      identityProvider: string
      reason: IdentityRefusal | SignInRefusal | 'foreign_session'
      /** Which rule, or what went wrong, as the person was told. */
      detail: string
      /** What the identity provider said of it. */
      cause?: string
      /** Who it was there, where that was proved. */
      issuer?: string
      subject?: string
      accountId?: string
    }
  | {
      type: 'identity_provider_unavailable'
      identityProvider: string
      during: 'sign-in' | 'recheck'
      detail: string
      cause?: string
    }
  | {
      type: 'identity_linked' | 'identity_unlinked'
      accountId: string
      userName: string
      identityProvider: string
      /** By a verified e-mail address, as the operator allowed: the account lost its password, sessions and grants. */
      byEmail?: true
    }
  | {
      type: 'identity_ended'
      accountId: string
      identityProvider: string
      reason: 'ended' | 'not_admitted' | 'too_old'
      detail: string
    }
  | { type: 'link_refused'; purpose: LinkPurpose }
  | { type: 'foreign_form_refused'; path: string }
  | { type: 'page_failed'; path: string; cause: unknown }
  | {
      type: 'console_refused'
      status: number
      reason: string
      method: string
      path: string
      clientAddress?: string | undefined
    }
  | { type: 'email_changed'; accountId: string; userName: string }
  | MailEvent
  | Extract<ConnectionEvent, { type: 'request_refused' }>

/** Why a passkey proved nothing. `copied`: its counter is behind what it was. */
type PasskeyProblem = 'not_valid' | 'stale' | 'copied' | 'disabled' | 'too_many'

/** The account that somebody tried to sign in to, where there is one. What was typed where there is none may be a password. */
interface Attempted {
  accountId?: string
  userName?: string
}
