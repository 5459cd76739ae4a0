import type { ClientProfile } from '@portcullis/clients'
import { longestUrl } from './absolute-url.ts'
import { conclude } from './conclude.ts'
import type { Diagnosis } from './diagnosis.ts'
import { recordedEvidence } from './evidence/evidence.ts'
import type { Exchange, FailureReason } from './evidence/exchange.ts'
import { isTooDeep } from './evidence/json-depth.ts'

/** What of a saved report is believed: the evidence. Everything else is concluded from it anew, by the doctor and the clients of today. */
export type SavedEvidence = Pick<Diagnosis, 'target' | 'at' | 'milliseconds' | 'notAsked' | 'exchanges'>

/** The diagnosis of what was seen before. Nothing is asked. */
export async function diagnoseSaved(
  { target, at, milliseconds, notAsked, exchanges }: SavedEvidence,
  profiles: readonly ClientProfile[],
): Promise<Diagnosis> {
  return { at, milliseconds, ...(await conclude(recordedEvidence(target, exchanges), profiles)), notAsked }
}

/** Reads a report as `--json` and `--save` write it. Throws a `TypeError` that says what is wrong with it. */
export function parseSaved(text: string): SavedEvidence {
  if (isTooDeep(text)) throw new TypeError('it is nested too deep')
  const report = parseJson(text)
  if (!isObject(report) || report.version !== 1) throw new TypeError('it is no report of version 1')
  const { target, at, milliseconds, notAsked = 0, exchanges } = report
  if (typeof target !== 'string' || !isServerUrl(target)) throw new TypeError('"target" is no URL of http or https')
  if (typeof at !== 'string' || !isNumber(milliseconds)) throw new TypeError('"at" or "milliseconds" is missing')
  if (!isNumber(notAsked) || !Number.isInteger(notAsked) || notAsked < 0)
    throw new TypeError('"notAsked" is no number of requests')
  if (!Array.isArray(exchanges)) throw new TypeError('"exchanges" is no list')
  if (exchanges.length > mostExchanges) throw new TypeError(`"exchanges" has more than ${mostExchanges}`)
  const wrong = exchanges.findIndex((exchange) => !isExchange(exchange))
  if (wrong >= 0) throw new TypeError(`"exchanges" has something else in place ${wrong + 1}`)
  return { target, at, milliseconds, notAsked, exchanges }
}

/** The doctor sends 60 requests; each that is kept is looked for again and again. */
const mostExchanges = 1000

/** It is shown, and pasted from fixes: nothing in it may end a line or a word, or turn letters round. */
function isServerUrl(text: string): boolean {
  return text.length <= longestUrl && /^https?:\/\/[^\s\p{C}]+$/iu.test(text) && URL.canParse(text)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new TypeError('it is no JSON')
  }
}

function isExchange(value: unknown): value is Exchange {
  if (!isObject(value) || !Number.isInteger(value.id) || !isNumber(value.milliseconds)) return false
  const { request, outcome } = value
  if (!isObject(request) || !isObject(outcome)) return false
  return isRequest(request) && (outcome.kind === 'answer' ? isAnswer(outcome) : isFailure(outcome))
}

function isRequest({ method, url, headers, body }: Fields): boolean {
  return (
    isText(method) &&
    methods.has(method) &&
    typeof url === 'string' &&
    URL.canParse(url) &&
    isObject(headers) &&
    Object.values(headers).every(isText) &&
    (body === undefined || typeof body === 'string')
  )
}

const methods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE'])

function isAnswer({ status, headers, body, isWhole, addresses }: Fields): boolean {
  const isHeader = (each: unknown) => Array.isArray(each) && each.length === 2 && each.every(isText)
  return (
    typeof status === 'number' &&
    Number.isInteger(status) &&
    status >= 100 &&
    status <= 999 &&
    Array.isArray(headers) &&
    headers.every(isHeader) &&
    typeof body === 'string' &&
    typeof isWhole === 'boolean' &&
    areAddresses(addresses)
  )
}

function isFailure({ kind, reason, detail, addresses }: Fields): boolean {
  return (
    kind === 'failure' && isText(reason) && Object.hasOwn(reasons, reason) && isText(detail) && areAddresses(addresses)
  )
}

const reasons: { readonly [reason in FailureReason]: true } = {
  name_not_found: true,
  connection_refused: true,
  connection_closed: true,
  certificate: true,
  tls: true,
  timed_out: true,
  address_refused: true,
  url_refused: true,
  malformed_answer: true,
  speaks_http: true,
  old_tls: true,
  out_of_time: true,
  wrong_encoding: true,
  not_asked: true,
}

function areAddresses(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isText))
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
