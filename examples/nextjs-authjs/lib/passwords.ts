import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `${salt.toString('base64url')}.${(await derive(password, salt)).toString('base64url')}`
}

/** `hash`: `undefined` where there is nobody, who takes as long to be told. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [salt = '', derived = ''] = (hash ?? nobody).split('.')
  const given = await derive(password, Buffer.from(salt, 'base64url'))
  return timingSafeEqual(given, Buffer.from(derived, 'base64url')) && hash !== undefined
}

const nobody = `${Buffer.alloc(16).toString('base64url')}.${Buffer.alloc(64).toString('base64url')}`

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  const key = await promisify<string, Buffer, number, object, Buffer>(scrypt)(
    password.normalize('NFKC'),
    salt,
    64,
    cost,
  )
  return key
}

/** 64 MiB and about a tenth of a second. */
const cost = { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 }
