import { toBase64url } from '#base64url'
import { fromBase64url, randomText } from './base64url.ts'
import type { DerivedKeys, KeyUse } from './derived-keys.ts'

/** What a seal is good for. Text that was sealed for one use or binding opens under no other. */
export interface SealedFor {
  use: KeyUse
  /** What the text belongs to: authenticated, and not told by the seal. */
  boundTo: string
}

const form = /^([A-Za-z0-9]{1,16})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{22,32768})$/

/** `text`, encrypted and authenticated (AES-256-GCM) for ourselves: key id, the text's own id, ciphertext. */
export async function sealText(
  text: string,
  { use, boundTo }: SealedFor,
  keys: DerivedKeys,
  id: string = randomText(16),
): Promise<string> {
  const key = await keyOf(await keys.current(use), id)
  const bytes = await crypto.subtle.encrypt(algorithm(boundTo), key, new TextEncoder().encode(text))
  return `${keys.currentId}.${id}.${toBase64url(new Uint8Array(bytes))}`
}

/** The text behind a seal; `undefined` where it is not one of ours, or was made for something else. */
export async function openText(
  sealed: string,
  { use, boundTo }: SealedFor,
  keys: DerivedKeys,
): Promise<{ id: string; text: string } | undefined> {
  const [, keyId, id = '', ciphertext = ''] = form.exec(sealed) ?? []
  const base = keyId === undefined ? undefined : keys.byId(keyId, use)
  const bytes = fromBase64url(ciphertext)
  if (base === undefined || bytes === undefined) return undefined
  try {
    const opened = await crypto.subtle.decrypt(algorithm(boundTo), await keyOf(await base, id), bytes)
    return { id, text: new TextDecoder().decode(opened) }
  } catch {
    return undefined
  }
}

/** A key of each text's own, so that no number of them wears one out, and its initialisation vector may stand still. */
async function keyOf(base: CryptoKey, id: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.sign('HMAC', base, new TextEncoder().encode(id))
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function algorithm(boundTo: string) {
  return { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: new TextEncoder().encode(boundTo) }
}
