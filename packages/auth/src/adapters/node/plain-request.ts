import type { IncomingMessage, ServerResponse } from 'node:http'
import { BodyReadBeforeError, type PlainRequest, type PlainResponse } from '../../authorization-server/plain-http.ts'

/** Methods that the parser of Node lets through, and no web request may have. */
const unknownToWeb: ReadonlySet<string | undefined> = new Set(['CONNECT', 'TRACE', 'TRACK'])

/** Whether the request has the form of a web request: its target a path, its method one that `fetch` knows. */
export function hasWebForm({ method, url = '/' }: IncomingMessage, origin: string): boolean {
  if (unknownToWeb.has(method)) return false
  return isPathAlready(url, origin) || (url.startsWith('/') && URL.canParse(origin + url))
}

/** Whether the target is the path of its URL as it stands: behind an origin alone, with nothing escaped, no query, and no segment empty, `.` or `..`. */
function isPathAlready(url: string, origin: string): boolean {
  return /^https?:\/\/[\w.:[\]-]+$/.test(origin) && /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+$/.test(url)
}

/** A request that has the form of a web request, without making one of it before somebody wants it. */
export function plainRequest(
  req: IncomingMessage,
  origin: string,
  { getHeader, toWeb }: { getHeader: (name: string) => string | null; toWeb: () => Request },
): PlainRequest {
  // HTTP/1.0 needs no host; the URL, which we make, must not be taken for what was asked (law 1).
  const get = (name: string) => getHeader(name) ?? (name === 'host' ? '' : null)
  const { method = 'GET', url: target = '/' } = req
  const url = origin + target
  return {
    method,
    url,
    pathname: isPathAlready(target, origin) ? target : new URL(url).pathname,
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
