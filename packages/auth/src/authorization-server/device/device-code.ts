import type { DeviceRequestRecord } from '../records.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'

/**
 * What the client polls with (RFC 8628 §3.2): `key id . device . request id . HMAC`, over these fields and a random seed in the record, as codes
 * and refresh tokens are. So it is not stored, and neither key nor database alone makes one.
 */
export interface PresentedDeviceCode {
  keyId: string
  requestId: string
  mac: string
}

const form = /^([A-Za-z0-9]{1,16})\.device\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/** The fields of `text`; `undefined` when it has not the form of a device code. Nothing is proved until `verifyDeviceCode` says so. */
export function parseDeviceCode(text: string): PresentedDeviceCode | undefined {
  const [, keyId, requestId, mac] = form.exec(text) ?? []
  if (keyId === undefined || requestId === undefined || mac === undefined) return undefined
  return { keyId, requestId, mac }
}

/** The device code of a new request, made with the current key. */
export async function formatDeviceCode(
  requestId: string,
  { seed }: Pick<DeviceRequestRecord, 'seed'>,
  keys: DerivedKeys,
): Promise<string> {
  const fields = `${keys.currentId}.device.${requestId}`
  return `${fields}.${await keys.mac(keys.currentId, 'device codes', `${fields}.${seed}`)}`
}

/** Whether the presented code was made by us for this request, in constant time. */
export function verifyDeviceCode(
  { keyId, requestId, mac }: PresentedDeviceCode,
  { seed }: Pick<DeviceRequestRecord, 'seed'>,
  keys: DerivedKeys,
): Promise<boolean> {
  return keys.isMac(mac, keyId, 'device codes', `${keyId}.device.${requestId}.${seed}`)
}
