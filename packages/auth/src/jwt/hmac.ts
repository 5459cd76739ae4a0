import { toBase64url } from '#base64url'

export type MacKey = Promise<CryptoKey>

/** A key to make MACs with. */
export function macKey(bytes: Uint8Array): MacKey {
  return crypto.subtle.importKey('raw', new Uint8Array(bytes), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
}

/** HMAC-SHA-256 of `text` (RFC 2104), base64url: by Web Crypto. Under Node `adapters/hmac.node.ts` stands here. */
export async function macOf(key: MacKey, text: string): Promise<string> {
  const mac = await crypto.subtle.sign('HMAC', await key, new TextEncoder().encode(text))
  return toBase64url(new Uint8Array(mac))
}
