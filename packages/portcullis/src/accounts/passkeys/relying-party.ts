import { isIP } from 'node:net'

/**
 * Whom passkeys are for (WebAuthn §5.1.2, §13.4.9): the host of the pages. `undefined` where browsers have no passkeys: at an IP address, and over
 * http at any host but `localhost`.
 */
export function relyingPartyId(origin: string): string | undefined {
  const { protocol, hostname } = new URL(origin)
  const isAddress = isIP(hostname) !== 0 || hostname.startsWith('[')
  const isSecure = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
  return isAddress || !isSecure ? undefined : hostname
}

/** What the browser is asked for: milliseconds that the person may take. */
const timeout = 5 * 60 * 1000

/** EdDSA, ES256 and RS256 (RFC 9053), the first that a device has. */
export const algorithms = [-8, -7, -257]

interface Named {
  /** base64url of what an authenticator keeps with the passkey. */
  userHandle: string
  /** Empty where the person is still to choose one; the script fills it in. */
  userName: string
}

/** The options with which a browser makes a passkey, as JSON: one that can be found without a name, and that asks who holds it. */
export function creationOptions(
  { userHandle, userName }: Named,
  {
    challenge,
    origin,
    serverName,
    present,
  }: { challenge: string; origin: string; serverName: string; present: readonly CredentialHint[] },
) {
  return {
    challenge,
    rp: { id: relyingPartyId(origin), name: serverName },
    user: { id: userHandle, name: userName, displayName: userName },
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
    excludeCredentials: present.map(descriptorOf),
    timeout,
  }
}

/** Helps a browser to find a passkey. */
interface CredentialHint {
  credentialId: string
  transports: readonly string[]
}

/** The options with which a browser uses a passkey, as JSON. `present`: those of an account that is known; for sign-in there is none, so that the options are the same for everybody. */
export function requestOptions({
  challenge,
  origin,
  present = [],
}: {
  challenge: string
  origin: string
  present?: readonly CredentialHint[]
}) {
  return {
    challenge,
    rpId: relyingPartyId(origin),
    allowCredentials: present.map(descriptorOf),
    userVerification: 'required',
    timeout,
  }
}

function descriptorOf({ credentialId, transports }: CredentialHint) {
  return { type: 'public-key', id: credentialId, ...(transports.length > 0 && { transports }) }
}
