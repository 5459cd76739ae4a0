import type { DerivedKeys } from '../tokens/derived-keys.ts'

/**
 * What a person reads on the device and types here (RFC 8628 §6.1): eight of twenty consonants, which spell no words and are not mistaken for one
 * another or for digits. 2.56 × 10^10 of them. It is not stored: the request it is of is found by a MAC of it.
 */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ'
const length = 8

/** A new user code, without its hyphen. */
export function randomUserCode(): string {
  let code = ''
  while (code.length < length)
    // 240 is the largest multiple of twenty that a byte holds: beyond it some letters would come up more often.
    for (const byte of crypto.getRandomValues(new Uint8Array(2 * length)))
      if (byte < 240 && code.length < length) code += alphabet[byte % alphabet.length]
  return code
}

/** The code that a person typed: in any case, with hyphens and spaces wherever they set them; `undefined` where it is none. */
export function parseUserCode(text: string): string | undefined {
  if (text.length > 64) return undefined
  const code = text.toUpperCase().replace(/[\s\p{Pd}._]/gu, '')
  return code.length === length && [...code].every((letter) => alphabet.includes(letter)) ? code : undefined
}

/** As it is shown: `WDJB-MJHT`. */
export function formatUserCode(code: string): string {
  return `${code.slice(0, 4)}-${code.slice(4)}`
}

/** The ids under which the request of a code may stand, one for each key of ours; the current one first. */
export async function deviceRequestIds(code: string, keys: DerivedKeys): Promise<readonly string[]> {
  const ids = keys.ids.map(async (keyId) => {
    const mac = await keys.mac(keyId, 'user codes', code)
    if (mac === undefined) throw new Error(`The secret "${keyId}" is not configured any more`)
    return mac.slice(0, 22)
  })
  return Promise.all(ids)
}
