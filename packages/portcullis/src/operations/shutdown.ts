/** What tells the program to stop; `process` is one. */
export interface SignalSource {
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown
}

/**
 * Resolves once the program was told to stop and `close` has let everything end. Told a second time, `abort` is called, which ends at once:
 * whoever presses Ctrl+C twice means it. Rejects with what `close` rejects with.
 */
export function untilTold(
  signals: SignalSource,
  { close, abort }: { close: () => Promise<void>; abort: () => void },
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isClosing = false
    const stop = () => {
      if (isClosing) return abort()
      isClosing = true
      close()
        .finally(() => {
          signals.off('SIGINT', stop)
          signals.off('SIGTERM', stop)
        })
        .then(resolve, reject)
    }
    signals.on('SIGINT', stop)
    signals.on('SIGTERM', stop)
  })
}
