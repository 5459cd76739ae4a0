import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

export type MacKey = KeyObject

/** A key to make MACs with. */
export function macKey(bytes: Uint8Array): MacKey {
  return createSecretKey(bytes)
}

/** HMAC-SHA-256 of `text`, base64url: synchronous, since three stand in the way of every refresh. */
export function macOf(key: MacKey, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}
