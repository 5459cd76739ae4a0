import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** What is kept of a password. Takes about 0.2 s and 32 MiB (one of the settings that OWASP names), so that nobody tries many. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt.${salt.toString('base64url')}.${(await derive(password, salt)).toString('base64url')}`
}

/** Whether `password` is the one that `kept` was made of. Takes as long where nothing is kept, so that nobody learns who has an account. */
export async function isPassword(password: string, kept: string = ofNobody): Promise<boolean> {
  const [, salt = '', hash = ''] = kept.split('.')
  const derived = await derive(password, Buffer.from(salt, 'base64url'))
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url'))
}

/** Why it cannot be a password; `undefined` where it can. Length counts, not kinds of character (NIST SP 800-63B §3.1.1). */
export function whyNotPassword(password: string): string | undefined {
  const { length } = [...password.normalize('NFKC')]
  if (length < 10) return 'A password has at least 10 characters; a few words are good'
  return length > 256 ? 'A password has at most 256 characters' : undefined
}

const ofNobody = `scrypt.${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}`

// One after the other: a flood of sign-ins must not take all threads and memory.
let last: Promise<unknown> = Promise.resolve()

function derive(password: string, salt: Buffer): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 2 ** 26 }
  const next = last.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(password.normalize('NFKC'), salt, 32, options, (error, derived) =>
          error ? reject(error) : resolve(derived),
        )
      }),
  )
  last = next.catch(() => {})
  return next
}
