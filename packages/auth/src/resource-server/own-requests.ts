import { protectedResourceWellKnown } from '../protocol/metadata.ts'
import type { ServedResource } from './metadata-documents.ts'
import type { RequestHead } from './resource-server.ts'

/**
 * Whether a request is the resource server's own: for its metadata, or for the path of a served resource or anything below it.
 *
 * Generous on purpose. What leads to the MCP server is for the router behind to say, and routers read a path more loosely than it is written: without
 * regard to case, percent-decoded, with doubled slashes, `..` or `;parameters` resolved. What one of them takes for the MCP server while it is not
 * guarded is an open door; what is guarded by mistake wants a token, and no more.
 */
export function createOwnRequests(
  served: readonly ServedResource[],
  furtherMetadata: readonly string[] = [],
): (request: Pick<RequestHead, 'url'>) => boolean {
  const ownMetadata = served.map(({ metadataPath }) => metadataPath)
  const metadataPaths = new Set([protectedResourceWellKnown, ...ownMetadata, ...furtherMetadata])
  const guarded = [...new Set(served.map(({ path }) => withoutEndSlash(readingsOf(path).at(-1) ?? path)))]
  const isGuarded = (path: string) => guarded.some((own) => path === own || path.startsWith(`${own}/`))
  return ({ url }) => {
    const path = pathIn(url)
    if (metadataPaths.has(withoutEndSlash(path))) return true
    const resolved = pathIn(url.replace(webAuthority, ''))
    if (isPlain(path) && resolved === path) return isGuarded(path)
    return [path, resolved].flatMap(readingsOf).some(isGuarded)
  }
}

// `new URL(req.url, base)`, by which many listeners find the path, takes what stands behind two slashes or more, of either kind, for a host.
const webAuthority = /^(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}[^/?#\\]*/i

/** The path of a target, with what may be left of a fragment; an absolute one as every parser has it that knows where its authority ends. */
function pathIn(url: string): string {
  const target = url.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*/i, '')
  const end = target.indexOf('?')
  const path = end === -1 ? target : target.slice(0, end)
  return /^[/\\]/.test(path) ? path : `/${path}`
}

/** Whether all routers read a path the same. */
function isPlain(path: string): boolean {
  return /^(?:\/[a-z0-9_~-]+)+$/.test(path)
}

const mostRounds = 4 // of decoding: what is encoded oftener, nobody decodes

/** What routers may make of a path: as it stands and decoded, each with its `..` resolved and without. The last is the most processed. */
function readingsOf(path: string): readonly string[] {
  const readings: string[] = []
  let text = path
  for (let round = 0; round <= mostRounds; round++) {
    const loose = loosely(text)
    readings.push(loose, withoutDots(loose))
    const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    if (decoded === text) break
    text = decoded
  }
  return readings
}

function loosely(path: string): string {
  return path
    .replace(/[?#].*$/s, '')
    .replace(/;[^/\\]*/g, '')
    .replace(/[/\\]+/g, '/')
    .toLowerCase()
}

function withoutDots(path: string): string {
  const kept: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return `/${kept.join('/')}`
}

function withoutEndSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
