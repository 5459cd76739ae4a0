/** One step of a person with the accounts of this program. Never a password, a link or a cookie. */
export type AccountEvent =
  | { type: 'signed_in'; accountId: string; userName: string; isDev: boolean }
  | { type: 'sign_in_refused'; reason: 'wrong' | 'disabled' | 'too_many' | 'busy'; clientAddress: string }
  | { type: 'signed_out'; accountId: string; userName: string }
  | { type: 'account_created'; accountId: string; userName: string; by: 'owner' | 'invitation' }
  | { type: 'password_reset'; accountId: string; userName: string }
  | { type: 'link_refused'; purpose: 'owner' | 'invitation' | 'reset' }
  | { type: 'foreign_form_refused'; path: string }
  | { type: 'page_failed'; path: string; cause: unknown }
