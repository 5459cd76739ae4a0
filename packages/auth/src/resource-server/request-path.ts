import type { RequestHead } from './resource-server.ts'

/** The path alone; empty for a target that has none (`*`, RFC 9112 §3.2.4, or an absolute one that is no URL): anybody may send such. */
export function pathOf({ url }: Pick<RequestHead, 'url'>): string {
  if (!url.startsWith('/')) return URL.canParse(url) ? new URL(url).pathname : ''
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}

/** The path without a slash at its end, for paths that are metadata with it and without. */
export function pathWithoutEndSlash(request: Pick<RequestHead, 'url'>): string {
  return pathOf(request).replace(/(.)\/$/, '$1')
}
