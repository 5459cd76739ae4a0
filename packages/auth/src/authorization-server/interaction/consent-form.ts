import { formatScope } from '../../protocol/scope.ts'
import { fromBase64url, toBase64url } from '../tokens/base64url.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { SignedIn } from './interaction.ts'

/**
 * The proof that a consent form is the one we showed: to this person, in this browser's session, for this request, not long ago.
 * Nothing of a pending request is stored: the form carries it, and this seals it (law 3; RFC 9700 §4.7).
 */

const lifetime = 600 // seconds a person may take to decide

/** Seals the form of a request. */
export async function sealConsent(
  request: AuthorizationRequest,
  signedIn: SignedIn,
  keys: DerivedKeys,
  now: number,
): Promise<string> {
  const expiresAt = now + lifetime
  const mac = await crypto.subtle.sign(
    'HMAC',
    await keys.current('consent forms'),
    sealInput(request, signedIn, expiresAt),
  )
  return `${keys.currentId}.${expiresAt}.${toBase64url(new Uint8Array(mac))}`
}

/** Whether the seal is ours, of this very request, person and session, and not too old. */
export async function verifyConsent(
  seal: string,
  request: AuthorizationRequest,
  signedIn: SignedIn,
  keys: DerivedKeys,
  now: number,
): Promise<boolean> {
  const [, keyId, expiry, mac] = /^([A-Za-z0-9]{1,16})\.([1-9]\d{0,12})\.([A-Za-z0-9_-]{43})$/.exec(seal) ?? []
  const key = keyId === undefined ? undefined : keys.byId(keyId, 'consent forms')
  const bytes = mac === undefined ? undefined : fromBase64url(mac)
  if (key === undefined || bytes === undefined) return false
  if (!(await crypto.subtle.verify('HMAC', await key, bytes, sealInput(request, signedIn, Number(expiry)))))
    return false
  return now < Number(expiry)
}

/** Everything that the person read, and everything the code will be bound to. */
function sealInput(
  request: AuthorizationRequest,
  { subject, sessionId }: SignedIn,
  expiresAt: number,
): Uint8Array<ArrayBuffer> {
  const { clientId, redirectUri, redirectUriOmitted, state, target, scope, codeChallenge } = request
  const sealed = [
    subject,
    sessionId,
    clientId,
    redirectUri,
    redirectUriOmitted,
    state ?? '',
    target.identifier,
    formatScope(scope),
    codeChallenge,
    expiresAt,
  ]
  return new TextEncoder().encode(JSON.stringify(sealed))
}
