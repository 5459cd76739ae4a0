import type { FailureReason } from '../../evidence/exchange.ts'

/** A value as it was seen, on one line and no longer than a sentence can bear. */
export function seenAs(value: string | undefined, most = 60): string {
  if (value === undefined) return 'nothing'
  const line = value.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`
}

/** The host and the path of a URL: what people recognise it by. */
export function shortUrl(url: string, most = 60): string {
  return seenAs(url.replace(/^https:\/\//, ''), most)
}

export function listed(values: readonly string[] | undefined, most = 60): string {
  if (values === undefined) return 'nothing (the field is absent)'
  return values.length === 0 ? 'an empty list' : seenAs(values.join(', '), most)
}

export function found(outcome: number | FailureReason): string {
  return typeof outcome === 'number' ? `status ${outcome}` : reasons[outcome]
}

const reasons: { readonly [reason in FailureReason]: string } = {
  name_not_found: 'no such name',
  connection_refused: 'connection refused',
  connection_closed: 'connection closed',
  certificate: 'certificate not trusted',
  tls: 'no TLS connection',
  speaks_http: 'https where http alone is spoken',
  old_tls: 'TLS of a version that clients no longer speak',
  timed_out: 'no answer in time',
  address_refused: 'an address inside a private network',
  url_refused: 'no URL that can be asked',
  malformed_answer: 'an answer that is not HTTP',
  out_of_time: 'not answered before the doctor’s time was over',
  wrong_encoding: 'a body that cannot be unpacked',
  not_asked: 'not asked',
}
