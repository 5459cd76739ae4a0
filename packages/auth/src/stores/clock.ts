/** The system clock, in whole seconds since the epoch. */
export function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}

/** Whether what expires at `expiresAt` is gone: at that instant it already is. */
export function isGone(expiresAt: number | undefined, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now
}
