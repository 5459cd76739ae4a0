/** How long an answer may be used again. */
export interface FreshnessBounds {
  /** Seconds, whatever the answer says. */
  shortest: number
  longest: number
  /** Seconds where it says nothing. */
  usual: number
}

/** The seconds for which an answer is fresh by its headers (RFC 9111 §4.2.1), for a cache of many people's, within bounds. */
export function freshnessOf(
  header: (name: string) => string | undefined,
  { shortest, longest, usual }: FreshnessBounds,
  now: number,
): number {
  const seconds = lifetimeOf(header, now) ?? usual
  return Math.min(Math.max(seconds - ageOf(header), shortest), longest)
}

function lifetimeOf(header: (name: string) => string | undefined, now: number): number | undefined {
  const directives = (header('cache-control') ?? '').toLowerCase()
  if (/(?:^|[\s,])no-(?:store|cache)(?:[\s,=]|$)/.test(directives)) return 0
  const maxAge = secondsOf(directives, 's-maxage') ?? secondsOf(directives, 'max-age')
  if (maxAge !== undefined) return maxAge
  const expires = header('expires')
  if (expires === undefined) return undefined
  const at = Date.parse(expires) / 1000
  return Number.isNaN(at) ? 0 : at - now // RFC 9111 §5.3: a malformed one is in the past
}

function secondsOf(directives: string, name: string): number | undefined {
  const text = new RegExp(`(?:^|[\\s,])${name}="?(\\d{1,10})"?(?:[\\s,]|$)`).exec(directives)?.[1]
  return text === undefined ? undefined : Number(text)
}

function ageOf(header: (name: string) => string | undefined): number {
  const text = header('age') ?? ''
  return /^\d{1,10}$/.test(text) ? Number(text) : 0
}
