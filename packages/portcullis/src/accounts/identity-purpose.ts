/** What a sign-in at an identity provider is for. It travels sealed in the browser's own cookie, and comes back with the callback. */
export type IdentityPurpose =
  | { kind: 'sign_in'; again: boolean }
  /** The session and the account that want a further identity: no other browser's, and nobody else's. */
  | { kind: 'link'; sessionId: string; accountId: string }
  /** A one-time link that is answered with an identity in place of a password, by the id of its record. */
  | { kind: 'owner' | 'invitation'; linkId: string }

export function formatPurpose(purpose: IdentityPurpose): string {
  return JSON.stringify(purpose)
}

/** What only we sealed; `undefined` for none, and for one of another release. */
export function parsePurpose(text: string | undefined): IdentityPurpose | undefined {
  if (text === undefined) return undefined
  const { kind, again, sessionId, accountId, linkId } = JSON.parse(text) as Record<string, unknown> // of our own seal
  if (kind === 'sign_in') return { kind, again: again === true }
  if (kind === 'link' && typeof sessionId === 'string' && typeof accountId === 'string')
    return { kind, sessionId, accountId }
  if ((kind === 'owner' || kind === 'invitation') && typeof linkId === 'string') return { kind, linkId }
  return undefined
}
