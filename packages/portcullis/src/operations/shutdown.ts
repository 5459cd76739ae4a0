/** What tells the program to stop; `process` is one. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

export interface Stopping {
  close: () => Promise<void>
  abort: () => void
  /** Milliseconds of a clock that only goes on. Default: that of this process. */
  now?: () => number
}

/** Milliseconds within which the same signal is the same word: npm hands on what the terminal has given the program already. */
const sameWord = 300

/**
 * Resolves once the program was told to stop and `close` has let everything end. Told a second time, `abort` is called, which ends at once:
 * whoever presses Ctrl+C twice means it. Rejects with what `close` rejects with.
 */
export function untilTold(
  signals: SignalSource,
  { close, abort, now = () => performance.now() }: Stopping,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let first: { signal: string; at: number } | undefined
    const listeners = (['SIGINT', 'SIGTERM'] as const).map((signal) => ({ signal, listener: () => stop(signal) }))

    function stop(signal: string): void {
      if (first !== undefined) {
        if (signal !== first.signal || now() - first.at > sameWord) abort()
        return
      }
      first = { signal, at: now() }
      close()
        .finally(() => {
          for (const { signal, listener } of listeners) signals.off(signal, listener)
        })
        .then(resolve, reject)
    }

    for (const { signal, listener } of listeners) signals.on(signal, listener)
  })
}
