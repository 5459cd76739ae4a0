import { hash } from 'node:crypto'

/** SHA-256 of `text`, base64url: synchronous, since this stands in the way of every request. */
export function sha256(text: string): string {
  return hash('sha256', text, 'base64url')
}
