/** `27 Nov 2026`, in UTC. */
export function dateOf(seconds: number): string {
  return format(seconds, { dateStyle: 'medium' })
}

/** `27 Nov 2026, 17:05`, in UTC. */
export function timeOf(seconds: number): string {
  return format(seconds, { dateStyle: 'medium', timeStyle: 'short' })
}

function format(seconds: number, style: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...style, timeZone: 'UTC' }).format(seconds * 1000)
}
