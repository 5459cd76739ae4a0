import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyReadBeforeError, type PlainRequest, type PlainResponse } from '../../authorization-server/plain-http.ts'

/** Methods that the parser of Node lets through, and no web request may have. */
const unknownToWeb: ReadonlySet<string | undefined> = new Set(['CONNECT', 'TRACE', 'TRACK'])

/** Where a request leads, as a web request would say it. */
export interface Target {
  /** Absolute. */
  url: string
  pathname: string
}

/**
 * Reads where requests lead at an origin, which is configured and never read from a request (law 1). `undefined` for one that has not the form of a
 * web request: its target a path, its method one that `fetch` knows.
 */
export function createTargetReader(origin: string): (req: IncomingMessage) => Target | undefined {
  const isOriginAlone = /^https?:\/\/[\w.:[\]-]+$/.test(origin)
  return ({ method, url: target = '/' }) => {
    if (unknownToWeb.has(method)) return undefined
    const url = origin + target
    if (isOriginAlone && isPathAlready(target)) return { url, pathname: target }
    return target.startsWith('/') && URL.canParse(url) ? { url, pathname: new URL(url).pathname } : undefined
  }
}

/** Whether behind an origin the target is the path of its URL as it stands: with nothing escaped, no query, and no segment empty, `.` or `..`. */
function isPathAlready(target: string): boolean {
  return /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(target)
}

/** A request that has the form of a web request, without making one of it before somebody wants it. */
export function plainRequest(
  req: IncomingMessage,
  { url, pathname }: Target,
  { getHeader, toWeb }: { getHeader: (name: string) => string | null; toWeb: () => Request },
): PlainRequest {
  // HTTP/1.0 needs no host; the URL, which we make, must not be taken for what was asked (law 1).
  const get = (name: string) => getHeader(name) ?? (name === 'host' ? '' : null)
  const { method = 'GET' } = req
  return {
    method,
    url,
    pathname,
    headers: { get, has: (name) => get(name) !== null },
    bytes: (longest) => readBytes(req, longest),
    toWeb,
  }
}

function readBytes(req: IncomingMessage, longest: number): Promise<Uint8Array | 'too_long'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const breakOff = () => {
      if (!req.readableEnded) reject(new Error('The connection was closed before the body ended'))
    }
    if (req.readableEnded) reject(new BodyReadBeforeError())
    else if (req.destroyed) breakOff()
    req.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= longest) chunks.push(chunk)
      else {
        req.pause()
        resolve('too_long')
      }
    })
    req.once('end', () => {
      const [first] = chunks
      resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks))
    })
    req.once('error', reject)
    req.once('close', breakOff)
  })
}

export function sendPlainResponse({ status, headers, body }: PlainResponse, res: ServerResponse): void {
  if (body === undefined) res.writeHead(status, headers).end()
  else res.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body)
}
