import { toBase64url } from '#base64url'

/** The bytes of base64url text; `undefined` where it is none. */
export function fromBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

/** `length` random bytes, as base64url text. */
export function randomText(length: number): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(length)))
}

/** A random identifier of 22 letters and digits: one word to a shell, none that looks like an option, selected by a double click. */
export function randomId(): string {
  return randomText(16).replaceAll('-', 'x').replaceAll('_', 'y') // costs less than two bits of 128
}
