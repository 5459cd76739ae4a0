import type { Log } from './log.ts'
import { redactText } from './redact.ts'

/** Characters of one text in a line: enough to see what was meant, too few to fill a disk with. */
const longest = 300

/** Ours to give, and never what an outsider made up: shown whole, however random they look. */
const ids = new Set(['subject', 'clientId', 'grantId', 'accountId', 'requestId'])

/** A log for lines in which outsiders have a say: what they wrote is shown in so many characters, and not where it looks like a secret (law 11). */
export function cautiousLog(log: Log): Log {
  return {
    isEnabled: log.isEnabled,
    write: (level, message, fields = {}) => log.write(level, cautious(message), fieldsOf(fields)),
  }
}

function fieldsOf(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      ids.has(name) && typeof value === 'string' ? value.slice(0, longest) : shown(value),
    ]),
  )
}

function shown(value: unknown): unknown {
  if (typeof value === 'string') return cautious(value)
  if (Array.isArray(value)) return value.map(shown)
  const isRecord = typeof value === 'object' && value !== null && !(value instanceof Error) // the log itself describes those
  return isRecord ? fieldsOf({ ...value }) : value
}

function cautious(text: string): string {
  // A secret across the end would be shown in part if the text was cut before.
  const redacted = redactText(text.slice(0, 2 * longest))
  return redacted.length > longest ? `${redacted.slice(0, longest - 3)}...` : redacted
}
