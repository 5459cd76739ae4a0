import { formatScope } from '../../protocol/scope.ts'
import type { SignedIn } from '../interaction/interaction.ts'
import type { DeviceRequestRecord } from '../records.ts'
import type { Entry } from '../store.ts'
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
  const mac = await keys.mac(keys.currentId, 'device consent forms', sealInput(request, signedIn, expiresAt))
  return `${keys.currentId}.${expiresAt}.${mac}`
}

/** Whether a seal is ours, of this very request, person and session, and not too old. */
export async function verifyDeviceConsent(
  seal: string,
  request: Entry<DeviceRequestRecord>,
  signedIn: SignedIn,
  keys: DerivedKeys,
  now: number,
): Promise<boolean> {
  const [, keyId = '', expiry, mac = ''] =
    /^([A-Za-z0-9]{1,16})\.([1-9]\d{0,12})\.([A-Za-z0-9_-]{43})$/.exec(seal) ?? []
  const input = sealInput(request, signedIn, Number(expiry))
  return (await keys.isMac(mac, keyId, 'device consent forms', input)) && now < Number(expiry)
}

/** Everything that the person read. The seed keeps it to this one request, should its id ever come up again. */
function sealInput(
  { id, value: { clientId, resource, scope, seed } }: Entry<DeviceRequestRecord>,
  { subject, sessionId }: SignedIn,
  expiresAt: number,
): string {
  return JSON.stringify([subject, sessionId, id, seed, clientId, resource, formatScope(scope), expiresAt])
}
