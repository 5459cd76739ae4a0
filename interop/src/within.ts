import { setTimeout as sleep } from 'node:timers/promises'

/** What `promise` resolves to; rejects after `limit` seconds. */
export async function within<T>(limit: number, promise: Promise<T>): Promise<T> {
  const done = new AbortController()
  const tooLong = sleep(limit * 1000, undefined, { signal: done.signal }).then(() => {
    throw new Error(`It took longer than ${limit} s`)
  })
  try {
    return await Promise.race([promise, tooLong])
  } finally {
    tooLong.catch(() => {}) // it is aborted, or it was told
    done.abort()
  }
}
