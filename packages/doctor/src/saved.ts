import type { ClientProfile } from '@portcullis/clients'
import { conclude } from './conclude.ts'
import type { Diagnosis } from './diagnosis.ts'
import { recordedEvidence } from './evidence/evidence.ts'
import type { Exchange } from './evidence/exchange.ts'

/** What of a saved report is believed: the evidence. Everything else is concluded from it anew, by the doctor and the clients of today. */
export type SavedEvidence = Pick<Diagnosis, 'target' | 'at' | 'milliseconds' | 'exchanges'>

/** The diagnosis of what was seen before. Nothing is asked. */
export async function diagnoseSaved(
  { target, at, milliseconds, exchanges }: SavedEvidence,
  profiles: readonly ClientProfile[],
): Promise<Diagnosis> {
  return { at, milliseconds, ...(await conclude(recordedEvidence(target, exchanges), profiles)) }
}

/** Reads a report as `--json` and `--save` write it. Throws a `TypeError` that says what is wrong with it. */
export function parseSaved(text: string): SavedEvidence {
  const report = parseJson(text)
  if (!isObject(report) || report.version !== 1) throw new TypeError('it is no report of version 1')
  const { target, at, milliseconds, exchanges } = report
  if (typeof target !== 'string' || !URL.canParse(target)) throw new TypeError('"target" is no URL')
  if (typeof at !== 'string' || typeof milliseconds !== 'number')
    throw new TypeError('"at" or "milliseconds" is missing')
  if (!Array.isArray(exchanges)) throw new TypeError('"exchanges" is no list')
  const wrong = exchanges.findIndex((exchange) => !isExchange(exchange))
  if (wrong >= 0) throw new TypeError(`"exchanges" has something else in place ${wrong + 1}`)
  return { target, at, milliseconds, exchanges }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError('it is no JSON')
  }
}

function isExchange(value: unknown): value is Exchange {
  if (!isObject(value) || !Number.isInteger(value.id) || typeof value.milliseconds !== 'number') return false
  const { request, outcome } = value
  if (!isObject(request) || !isObject(outcome)) return false
  return isRequest(request) && (outcome.kind === 'answer' ? isAnswer(outcome) : isFailure(outcome))
}

function isRequest({ method, url, headers, body }: Fields): boolean {
  return (
    typeof method === 'string' &&
    typeof url === 'string' &&
    URL.canParse(url) &&
    isObject(headers) &&
    Object.values(headers).every(isText) &&
    (body === undefined || typeof body === 'string')
  )
}

function isAnswer({ status, headers, body, isWhole, addresses }: Fields): boolean {
  const isHeader = (each: unknown) => Array.isArray(each) && each.length === 2 && each.every(isText)
  return (
    Number.isInteger(status) &&
    Array.isArray(headers) &&
    headers.every(isHeader) &&
    typeof body === 'string' &&
    typeof isWhole === 'boolean' &&
    areAddresses(addresses)
  )
}

function isFailure({ kind, reason, detail, addresses }: Fields): boolean {
  return kind === 'failure' && isText(reason) && isText(detail) && areAddresses(addresses)
}

function areAddresses(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isText))
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
