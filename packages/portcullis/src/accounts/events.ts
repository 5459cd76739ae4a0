import type { ConnectionEvent } from '@portcullis/auth/protocol'

/** One step of a person with the accounts of this program. Never a password, a link or a cookie. */
export type AccountEvent =
  | { type: 'signed_in'; accountId: string; userName: string; isDev: boolean }
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
  | { type: 'account_created'; accountId: string; userName: string; by: 'owner' | 'invitation' }
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
  | { type: 'link_refused'; purpose: 'owner' | 'invitation' | 'reset' }
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
  | Extract<ConnectionEvent, { type: 'request_refused' }>

/** Why a passkey proved nothing. `copied`: its counter is behind what it was. */
type PasskeyProblem = 'not_valid' | 'stale' | 'copied' | 'disabled' | 'too_many'

/** The account that somebody tried to sign in to, where there is one. What was typed where there is none may be a password. */
interface Attempted {
  accountId?: string
  userName?: string
}
