import { formatScope } from '../../protocol/scope.ts'
import { randomText } from '../tokens/base64url.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { SignedIn } from './interaction.ts'

/**
 * The proof that a consent form is the one we showed: to this person, in this browser's session, for this request, not long ago.
 * Nothing of a pending request is stored: the form carries it, and this seals it (law 3; RFC 9700 §4.7).
 */

const lifetime = 600 // seconds a person may take to decide

/** A form that we showed. It is good for one grant. */
export interface ConsentForm {
  id: string
  /** Seconds since the epoch. */
  expiresAt: number
}

/** Seals the form of a request. */
export async function sealConsent(
  request: AuthorizationRequest,
  signedIn: SignedIn,
  keys: DerivedKeys,
  now: number,
): Promise<string> {
  const form: ConsentForm = { id: randomText(16), expiresAt: now + lifetime }
  const mac = await keys.mac(keys.currentId, 'consent forms', sealInput(request, signedIn, form))
  return `${keys.currentId}.${form.expiresAt}.${form.id}.${mac}`
}

/** The form behind a seal; `undefined` where it is not ours, not of this very request, person and session, or too old. */
export async function verifyConsent(
  seal: string,
  request: AuthorizationRequest,
  signedIn: SignedIn,
  keys: DerivedKeys,
  now: number,
): Promise<ConsentForm | undefined> {
  const [, keyId = '', expiry, id = '', mac = ''] =
    /^([A-Za-z0-9]{1,16})\.([1-9]\d{0,12})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(seal) ?? []
  const form: ConsentForm = { id, expiresAt: Number(expiry) }
  if (!(await keys.isMac(mac, keyId, 'consent forms', sealInput(request, signedIn, form)))) return undefined
  return now < form.expiresAt ? form : undefined
}

/** Everything that the person read, and everything the code will be bound to. */
function sealInput(
  request: AuthorizationRequest,
  { subject, sessionId }: SignedIn,
  { id, expiresAt }: ConsentForm,
): string {
  const { clientId, redirectUri, redirectUriOmitted, state, target, scope, codeChallenge, nonce } = request
  return JSON.stringify([
    subject,
    sessionId,
    clientId,
    redirectUri,
    redirectUriOmitted,
    state ?? '',
    target.identifier,
    formatScope(scope),
    codeChallenge,
    nonce ?? '',
    expiresAt,
    id,
  ])
}
