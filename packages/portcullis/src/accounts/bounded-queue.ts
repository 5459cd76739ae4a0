/** More work is waiting than is taken on. */
export class BusyError extends Error {
  override readonly name = 'BusyError'
}

export interface BoundedQueue {
  /** Runs `work` when its turn comes. Throws `BusyError` at once when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** Runs `concurrency` works at a time, and lets `waiting` more wait, first come first served. */
export function createBoundedQueue({ concurrency, waiting }: { concurrency: number; waiting: number }): BoundedQueue {
  const queue: (() => void)[] = []
  let running = 0

  function release(): void {
    const next = queue.shift()
    if (next === undefined) running -= 1
    else next() // the place passes on
  }

  return {
    async run(work) {
      if (running < concurrency) running += 1
      else if (queue.length >= waiting) throw new BusyError('Too much work is waiting')
      else await new Promise<void>((resolve) => queue.push(resolve))
      try {
        return await work()
      } finally {
        release()
      }
    },
  }
}
