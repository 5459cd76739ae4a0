import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import type { PasswordHash } from '../store/records.ts'
import { type BoundedQueue, createBoundedQueue } from './bounded-queue.ts'

/** Makes and verifies what is kept of passwords. So few run at a time that sign-in cannot take all memory and threads. */
export interface PasswordHasher {
  /** Throws `BusyError` when too many wait already. */
  hash(password: string): Promise<PasswordHash>
  /** Whether `password` is the one that `kept` was made from. Takes as long where nothing is kept. Throws `BusyError` when too many wait already. */
  verify(password: string, kept: PasswordHash | undefined): Promise<boolean>
  /** Whether `kept` was made with weaker parameters than are used now. */
  isOutdated(kept: PasswordHash): boolean
}

export interface PasswordHasherOptions {
  /** N of scrypt, a power of two. Default 32768, with r = 8 and p = 3: 32 MiB and about 0.2 s, one of the settings that OWASP names. */
  cost?: number
  /** How many are made at a time. Default 2. */
  concurrency?: number
  /** How many may wait. Default 30. */
  waiting?: number
}

const blockSize = 8
const parallelization = 3
const hashLength = 32

export function createPasswordHasher(options: PasswordHasherOptions = {}): PasswordHasher {
  const { cost = 2 ** 15, concurrency = 2, waiting = 30 } = options
  const queue: BoundedQueue = createBoundedQueue({ concurrency, waiting })
  const current = { algorithm: 'scrypt', cost, blockSize, parallelization } as const
  const nobody = {
    ...current,
    salt: randomBytes(16).toString('base64url'),
    hash: randomBytes(hashLength).toString('base64url'),
  }

  return {
    async hash(password) {
      const salt = randomBytes(16)
      const derived = await queue.run(() => derive(password, salt, current))
      return { ...current, salt: salt.toString('base64url'), hash: derived.toString('base64url') }
    },
    async verify(password, kept = nobody) {
      const derived = await queue.run(() => derive(password, Buffer.from(kept.salt, 'base64url'), kept))
      return timingSafeEqual(derived, Buffer.from(kept.hash, 'base64url'))
    },
    isOutdated: (kept) => kept.cost * kept.parallelization < cost * parallelization,
  }
}

const leastLength = 10
const mostLength = 256

/** Why `password` cannot be one, as the end of a sentence that begins with its label; `undefined` when it can. Length counts, not kinds of character (NIST SP 800-63B §3.1.1). */
export function whyNotPassword(password: string, { userName }: { userName: string }): string | undefined {
  const normal = normalize(password)
  const length = [...normal].length
  if (length < leastLength) return `must have at least ${leastLength} characters; a few words are good`
  if (length > mostLength) return `must have at most ${mostLength} characters`
  if (new Set(normal.toLowerCase()).size < 4) return 'must have more different characters'
  if (normal.toLowerCase() === userName.toLowerCase()) return 'must not be the user name'
  return undefined
}

function derive(password: string, salt: Buffer, parameters: Omit<PasswordHash, 'salt' | 'hash'>): Promise<Buffer> {
  const { cost: N, blockSize: r, parallelization: p } = parameters
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) => {
    scrypt(normalize(password), salt, hashLength, options, (error, derived) =>
      error ? reject(error) : resolve(derived),
    )
  })
}

/** The same password typed on another keyboard is the same (NIST SP 800-63B §3.1.1.2). */
function normalize(password: string): string {
  return password.normalize('NFKC')
}
