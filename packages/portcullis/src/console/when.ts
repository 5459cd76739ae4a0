import { type Html, html } from '@portcullis/auth/authorization-server'

/** An instant, in seconds since the epoch: `27 Nov 2026, 18:40`. */
export function when(seconds: number): Html {
  return shown(seconds * 1000, { dateStyle: 'medium', timeStyle: 'short' })
}

/** An instant, in milliseconds since the epoch, to the second. */
export function whenExactly(milliseconds: number): Html {
  return shown(milliseconds, { dateStyle: 'medium', timeStyle: 'medium' })
}

/** The time of day alone, to the second. */
export function timeOfDay(milliseconds: number): Html {
  return shown(milliseconds, { timeStyle: 'medium' })
}

function shown(milliseconds: number, style: Intl.DateTimeFormatOptions): Html {
  const text = new Intl.DateTimeFormat('en-GB', { ...style, timeZone: 'UTC' }).format(milliseconds)
  return html`<time datetime="${new Date(milliseconds).toISOString()}">${text}</time>`
}
