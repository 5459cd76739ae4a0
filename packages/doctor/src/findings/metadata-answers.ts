import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { isObject, readJson } from '../evidence/read-json.ts'
import { shownValue } from '../evidence/shown-value.ts'
import { type Finding, finding, type Looked } from './finding.ts'
import { isLogin } from './login-pages.ts'
import { beginningOf, contentTypeOf, foundIn } from './look.ts'

/** A place where a document was looked for. */
interface Place {
  readonly url: string
  readonly exchange: Exchange
  /** The answer before redirects, where it was kept. */
  readonly asked?: Exchange
}

export function lookedAt(places: readonly Place[]): readonly Looked[] {
  return places.map(({ url, exchange }) => ({ url, found: foundIn(exchange) }))
}

/** The first place that asks for a token or a sign-in itself, so that nobody can read where tokens are to be had. */
export function guardedAmong<P extends Place>(places: readonly P[]): (P & { status: number }) | undefined {
  for (const place of places) {
    const status = statusOf(place.exchange)
    if (status === 401 || status === 403) return { ...place, status }
    if (place.asked !== undefined && isLogin(place.asked))
      return { ...place, exchange: place.asked, status: statusOf(place.asked) ?? 0 }
  }
  return undefined
}

/** The first place that answers 200 and yet shows no JSON object: a page, as single-page applications have it for all paths. */
export function notJsonAmong<P extends Place>(places: readonly P[]) {
  const place = places.find(({ exchange }) => statusOf(exchange) === 200 && !isObject(readJson(exchange)))
  if (place === undefined) return undefined
  const { url, exchange } = place
  return { exchange, args: { url, contentType: contentTypeOf(exchange), begins: beginningOf(exchange) } }
}

/** A document that is JSON and is not called so (RFC 9728 §3.2, RFC 8414 §3.2). */
export function wrongType({ url, exchange }: Place): readonly Finding[] {
  const contentType = contentTypeOf(exchange)
  return /^application\/json\b/i.test(contentType ?? '')
    ? []
    : [finding('metadata_type_wrong', { url, contentType }, exchange)]
}

export interface Differing {
  readonly field: string
  readonly values: readonly [string, string]
}

/** The first field in which two documents differ, lists in any order being the same. */
export function differingField(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Differing | undefined {
  for (const field of fields) {
    const values = [textOf(a[field]), textOf(b[field])] as const
    if (values[0] !== values[1]) return { field, values }
  }
  return undefined
}

function textOf(value: unknown): string {
  if (value === undefined) return '(nothing)'
  return shownValue(Array.isArray(value) ? value.map(shownValue).sort() : value)
}
