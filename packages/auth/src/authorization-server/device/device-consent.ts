import { formatScope } from '../../protocol/scope.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import type { DeviceRequestRecord } from '../records.ts'
import type { Entry } from '../store.ts'
import { fromBase64url, toBase64url } from '../tokens/base64url.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'

/** The proof that the form of a device is the one we showed: to this person, in this browser's session, for this request, not long ago (law 3). */

const lifetime = 600 // seconds a person may take to decide

export async function sealDeviceConsent(
  request: Entry<DeviceRequestRecord>,
  signedIn: SignedIn,
  keys: DerivedKeys,
  now: number,
): Promise<string> {
  const expiresAt = now + lifetime
  const input = sealInput(request, signedIn, expiresAt)
  const mac = await crypto.subtle.sign('HMAC', await keys.current('device consent forms'), input)
  return `${keys.currentId}.${expiresAt}.${toBase64url(new Uint8Array(mac))}`
}

/** Whether a seal is ours, of this very request, person and session, and not too old. */
export async function verifyDeviceConsent(
  seal: string,
  request: Entry<DeviceRequestRecord>,
  signedIn: SignedIn,
  keys: DerivedKeys,
  now: number,
): Promise<boolean> {
  const [, keyId, expiry, mac] = /^([A-Za-z0-9]{1,16})\.([1-9]\d{0,12})\.([A-Za-z0-9_-]{43})$/.exec(seal) ?? []
  const key = keyId === undefined ? undefined : keys.byId(keyId, 'device consent forms')
  const bytes = mac === undefined ? undefined : fromBase64url(mac)
  if (key === undefined || bytes === undefined) return false
  const input = sealInput(request, signedIn, Number(expiry))
  return (await crypto.subtle.verify('HMAC', await key, bytes, input)) && now < Number(expiry)
}

/** Everything that the person read. The seed keeps it to this one request, should its id ever come up again. */
function sealInput(
  { id, value: { clientId, resource, scope, seed } }: Entry<DeviceRequestRecord>,
  { subject, sessionId }: SignedIn,
  expiresAt: number,
): Uint8Array<ArrayBuffer> {
  const sealed = [subject, sessionId, id, seed, clientId, resource, formatScope(scope), expiresAt]
  return new TextEncoder().encode(JSON.stringify(sealed))
}
