/** The base64url text of bytes, without padding (RFC 4648 §5). */
export function toBase64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
}

/** The base64url text of the UTF-8 of `text`, without padding. */
export function textToBase64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
