import type { Difference } from './finding.ts'

/** How a URL differs from the one that it should be; `undefined` where it does not, an origin with and without its slash being the same. */
export function differenceBetween(url: string, expected: string): Difference | undefined {
  if (withoutOriginSlash(url) === withoutOriginSlash(expected)) return undefined
  if (!URL.canParse(url) || !URL.canParse(expected)) return 'other'
  const [a, b] = [new URL(url), new URL(expected)]
  if (a.protocol !== b.protocol) return 'scheme'
  if (a.hostname !== b.hostname) return 'host'
  if (a.port !== b.port) return 'port'
  if (a.href === b.href) return 'letter_case'
  if (a.pathname === '/' && b.pathname !== '/') return 'origin_only'
  if (withoutSlash(a.pathname) === withoutSlash(b.pathname)) return a.search === b.search ? 'trailing_slash' : 'other'
  if (a.pathname.toLowerCase() === b.pathname.toLowerCase()) return 'letter_case'
  return 'path'
}

function withoutOriginSlash(url: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/?#]+\/$/i.test(url) ? url.slice(0, -1) : url
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
