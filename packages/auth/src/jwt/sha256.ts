import { toBase64url } from '#base64url'

/** SHA-256 of `text`, base64url: where there is no synchronous hash, by Web Crypto. Under Node `adapters/sha256.node.ts` stands here. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return toBase64url(new Uint8Array(digest))
}
