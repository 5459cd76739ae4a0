/** What a request is for. */
export interface Target {
  path: string
  /** With its question mark; empty where there is none. */
  query: string
}

/**
 * The target of a request in origin form (RFC 9112 §3.2.1); `undefined` for every other: the absolute form and the asterisk belong to proxies
 * and to whole servers, two slashes at the beginning, of either kind, make URL parsers see a host, and what is not visible ASCII no client sends.
 */
export function parseTarget(url: string | undefined): Target | undefined {
  if (url === undefined || !originForm.test(url)) return undefined
  const at = url.indexOf('?')
  return at === -1 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at) }
}

/** Where the upstream is asked: at its own path; with its own query or, where it has none, with the client's. */
export function upstreamPath(upstream: URL, query: string): string {
  return upstream.pathname + (upstream.search === '' ? query : upstream.search)
}

const originForm = /^\/(?![/\\])[\x21-\x7E]*$/
