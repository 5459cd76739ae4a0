import { fromBase64url, toBase64url } from '../tokens/base64url.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { SignedIn } from './interaction.ts'

/**
 * Whether the person proved who they are as lately as the request wants (`prompt=login`, `max_age`; OIDC Core 3.1.2.1). The browser goes to sign in
 * and comes back with the same request, and with the time at which it first came, sealed for this very request: going back without signing in
 * leads to sign-in again. Who changes the request itself has another request; a client that must know looks at `auth_time` of its token.
 */

/** The parameter of the return address in which the seal stands. */
export const beganParameter = 'began'

/** Whether the person has to prove anew who they are, signed in or not. `began`: what the request carries of an earlier time. */
export async function needsFreshSignIn(
  request: AuthorizationRequest,
  signedIn: SignedIn | undefined,
  { began, keys, now }: { began: string | undefined; keys: DerivedKeys; now: number },
): Promise<boolean> {
  const { prompt, maxAge } = request
  const age = signedIn === undefined ? Number.POSITIVE_INFINITY : now - signedIn.authTime
  if (!prompt.has('login') && (maxAge === undefined || age <= maxAge)) return false
  const at = began === undefined ? undefined : await openBegan(began, request, keys)
  return signedIn === undefined || at === undefined || signedIn.authTime < at
}

/** Seals that a request came now; a seal that it has already is kept, since the person may have signed in meanwhile. */
export async function sealBegan(
  request: AuthorizationRequest,
  { began, keys, now }: { began: string | undefined; keys: DerivedKeys; now: number },
): Promise<string> {
  if (began !== undefined && (await openBegan(began, request, keys)) !== undefined) return began
  const mac = await crypto.subtle.sign('HMAC', await keys.current('fresh sign-ins'), sealInput(request, now))
  return `${keys.currentId}.${now}.${toBase64url(new Uint8Array(mac))}`
}

/** The time in a seal that is ours and of this request. */
async function openBegan(seal: string, request: AuthorizationRequest, keys: DerivedKeys): Promise<number | undefined> {
  const [, keyId, time, mac] = /^([A-Za-z0-9]{1,16})\.([1-9]\d{0,12})\.([A-Za-z0-9_-]{43})$/.exec(seal) ?? []
  const key = keyId === undefined ? undefined : keys.byId(keyId, 'fresh sign-ins')
  const bytes = mac === undefined ? undefined : fromBase64url(mac)
  if (key === undefined || bytes === undefined) return undefined
  const isOurs = await crypto.subtle.verify('HMAC', await key, bytes, sealInput(request, Number(time)))
  return isOurs ? Number(time) : undefined
}

/** The code challenge is fresh for each request of an honest client. */
function sealInput(request: AuthorizationRequest, time: number): Uint8Array<ArrayBuffer> {
  const { clientId, redirectUri, state, codeChallenge } = request
  return new TextEncoder().encode(JSON.stringify([clientId, redirectUri, state ?? '', codeChallenge, time]))
}
