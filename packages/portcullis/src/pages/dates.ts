/** A day as people read it, in UTC: `27 Nov 2026`. */
export function dateOf(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(seconds * 1000)
}

/** The same with its time: `27 Nov 2026, 17:20 UTC`. */
export function momentOf(seconds: number): string {
  const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })
  return `${moment.format(seconds * 1000)} UTC`
}
