import type { PlainRequest } from './plain-http.ts'

/** The hosts at which an authorization server answers. */
export interface Hosts {
  /** What a request says its host is. */
  asked(request: Pick<PlainRequest, 'headers' | 'url'>): string
  /** Whether requests to that host are answered (law 1). */
  includes(asked: string): boolean
  /** Whether that host is the issuer's own, the one at which pages live (law 15). */
  isIssuer(asked: string): boolean
}

export function createHosts(issuer: string, allowedHosts: readonly string[]): Hosts {
  const own = new URL(issuer).host
  const all = [own, ...allowedHosts.map((host) => host.toLowerCase())]
  const isAmong = (hosts: readonly string[], asked: string) =>
    hosts.includes(asked) || hosts.includes(asked.replace(/:(80|443)$/, ''))
  return {
    asked: ({ headers, url }) => headers.get('host')?.toLowerCase() ?? new URL(url).host,
    includes: (asked) => isAmong(all, asked),
    isIssuer: (asked) => isAmong([own], asked),
  }
}
