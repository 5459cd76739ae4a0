import type { ConnectionEvent } from './events.ts'

/** `onEvent` as the host gave it, save that nothing it throws or rejects with reaches the request that the event is about. */
export function harmless(onEvent: ((event: ConnectionEvent) => unknown) | undefined): (event: ConnectionEvent) => void {
  if (onEvent === undefined) return () => {}
  return (event) => {
    try {
      const told = onEvent(event)
      if (told instanceof Promise) told.catch(() => {}) // unhandled, it would end the process
    } catch {
      // There is nobody else to tell.
    }
  }
}
