import { protectedResourceWellKnown } from '../protocol/metadata.ts'
import type { ServedResource } from './metadata-documents.ts'
import type { RequestHead } from './resource-server.ts'

/**
 * Whether a request is the resource server's own: for its metadata, or for the path of a served resource or anything below it.
 *
 * Generous on purpose. What leads to the MCP server is for the router behind to say, and routers read a path more loosely than it is written: without
 * regard to case, percent-decoded, with doubled slashes, `..` or `;parameters` resolved, or an authority taken away. What one of them takes for the MCP server while it is not
 * guarded is an open door; what is guarded by mistake wants a token, and no more.
 */
export function createOwnRequests(
  served: readonly ServedResource[],
  furtherMetadata: readonly string[] = [],
): (request: Pick<RequestHead, 'url'>) => boolean {
  const ownMetadata = served.map(({ metadataPath }) => metadataPath)
  const metadataPaths = new Set([protectedResourceWellKnown, ...ownMetadata, ...furtherMetadata])
  const guarded = [...new Set(served.map(({ path }) => withoutEndSlash(readingsOf(path).at(-1) ?? path)))]
  // A dot is where a prefix of `connect` may end, as in "/mcp.json".
  const isGuarded = (path: string) =>
    guarded.some((own) => path.startsWith(own) && /^(?:[/.]|$)/.test(path.slice(own.length)))
  return ({ url }) => {
    const path = pathIn(url.replace(authority, ''))
    if (metadataPaths.has(withoutEndSlash(path))) return true
    const others = otherAuthorities.map((taken) => pathIn(url.replace(taken, '')))
    if (isPlain(path) && others.every((other) => other === path)) return isGuarded(path)
    return [...new Set([path, ...others])].flatMap(readingsOf).some(isGuarded)
  }
}

/** What an absolute target has before its path, as every parser has it that knows where an authority ends. */
const authority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\\]*/i

const otherAuthorities: readonly RegExp[] = [
  // `new URL(req.url, base)`, by which many listeners find the path, takes what stands behind two slashes or more, of either kind, for a host.
  /^(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,}[^/?#\\]*/i,
  // Fastify 4 looks for the next slash, wherever that is: in "http://a?b/mcp" it stands in the query.
  /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i,
  // `url.parse`, and so Express and Koa, for the first character that no host has.
  /^[a-z][a-z0-9+.-]*:\/\/[\w.:@[\]-]*/i,
]

/** The path of a target without an authority, with what may be left of a fragment. */
function pathIn(target: string): string {
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
    // Two slashes have an empty step between them, which `..` takes back for web types, while others make one of them before.
    readings.push(loosely(withoutDots(text)), loosely(text), withoutDots(loosely(text)))
    const decoded = decodedOnce(text)
    if (decoded === text) break
    text = decoded
  }
  return readings
}

const encoded = /(?:%[0-9a-f]{2})+/gi
const utf8 = new TextDecoder()

function decodedOnce(text: string): string {
  return text.replace(encoded, (written) =>
    utf8.decode(Uint8Array.from(written.matchAll(/[0-9a-f]{2}/gi), ([hex]) => Number.parseInt(hex, 16))),
  )
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
  for (const step of path.split(/[/\\]/).slice(1)) {
    if (step === '..') kept.pop()
    else if (step !== '.') kept.push(step)
  }
  return `/${kept.join('/')}`
}

function withoutEndSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path
}
