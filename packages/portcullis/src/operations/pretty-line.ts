import { styleText } from 'node:util'

/** One line of the log, as pino writes it. */
interface Line {
  level: string
  time: string
  msg?: string
  requestId?: string
  error?: { message?: string; stack?: string }
}

const colorOf: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  debug: 'gray',
  info: 'cyan',
  warn: 'yellow',
  error: 'red',
}

/** A line of the log for people: time, level, message, and what else there is; the JSON line as it is where it cannot be read. */
export function formatPretty(json: string, { colors }: { colors: boolean }): string {
  const line = parseLine(json)
  if (line === undefined) return json
  const { level, time, msg = '', requestId, error, ...fields } = line
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    colors ? styleText(format, text, { validateStream: false }) : text
  const rest = Object.entries(fields).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const tail = [...rest, ...(requestId === undefined ? [] : [`#${requestId}`])].map(printable).join(' ')
  const head = `${paint('gray', time.slice(11, 19))} ${paint(colorOf[level] ?? 'cyan', level.padEnd(5))} ${printable(msg)}`
  const below =
    error === undefined
      ? ''
      : `\n${(error.stack ?? error.message ?? '')
          .split('\n')
          .map((row) => `      ${printable(row)}`)
          .join('\n')}`
  return `${head}${tail === '' ? '' : `  ${paint('gray', tail)}`}${below}\n`
}

function parseLine(json: string): (Line & Record<string, unknown>) | undefined {
  try {
    return JSON.parse(json) as Line & Record<string, unknown> // our own logger wrote it
  } catch {
    return undefined
  }
}

/** Text from outside may hold characters with which it could write over other lines of a terminal, or be read in another order. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
