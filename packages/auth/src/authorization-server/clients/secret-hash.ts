import { sha256 } from '#sha256'

/** The hash under which a client secret is kept. The secret has 256 random bits, so one round of SHA-256 is enough. */
export async function hashClientSecret(secret: string): Promise<string> {
  return sha256(secret)
}

/** Whether two hashes are the same, in a time that does not tell where they differ. */
export function sameHash(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index % b.length)
  return difference === 0
}
