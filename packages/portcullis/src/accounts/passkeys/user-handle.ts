import { createHash } from 'node:crypto'

/** What authenticators keep with the passkeys of an account, instead of anything about the person (WebAuthn §14.6.1): one passkey of an account per authenticator. */
export function userHandleOf(accountId: string): string {
  return createHash('sha256').update(`passkeys of ${accountId}`).digest('base64url')
}
