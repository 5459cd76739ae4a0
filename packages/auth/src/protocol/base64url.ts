/** The base64url text of bytes, without padding (RFC 4648 §5). Under Node `adapters/base64url.node.ts` stands here. */
export function toBase64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** The base64url text of the UTF-8 of `text`, without padding. */
export function textToBase64url(text: string): string {
  return toBase64url(new TextEncoder().encode(text))
}
