import { pino } from 'pino'
import type { Configuration } from '../config/configuration.ts'
import { formatPretty } from './pretty-line.ts'
import { currentRequest } from './request-context.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** The log of the program. Messages are sentences; fields are for machines; no secret stands in either (law 11). */
export interface Log {
  write(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** Whether lines of this level are written: ask before making one is costly. */
  isEnabled(level: LogLevel): boolean
}

export interface LogOptions {
  level: Configuration['log']['level']
  format: 'json' | 'pretty'
  /** Where lines go, each with its line break. */
  write: (line: string) => void
  /** Whether `pretty` uses colours. Default false. */
  colors?: boolean
}

/** Every line carries the id of the request that it is about, and the address that asks, where there is one. */
export function createLog({ level, format, write, colors = false }: LogOptions): Log {
  const destination = format === 'json' ? { write } : { write: (line: string) => write(formatPretty(line, { colors })) }
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describeError },
      mixin() {
        const request = currentRequest()
        return request === undefined ? {} : { requestId: request.requestId, clientAddress: request.clientAddress }
      },
    },
    destination,
  )
  return {
    write: (at, message, fields = {}) => logger[at](fields, message),
    isEnabled: (at) => logger.isLevelEnabled(at),
  }
}

/** What a line says of an error: not its other properties, which may hold anything. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: `something that is no error (${typeof error})` }
  const { name, message, stack, cause } = error
  return { name, message, stack, ...(cause !== undefined && { cause: describeError(cause) }) }
}
