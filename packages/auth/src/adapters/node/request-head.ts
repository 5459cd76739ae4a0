import type { IncomingMessage } from 'node:http'
import type { RequestHead } from '../../resource-server/resource-server.ts'

/** What a resource server needs to see of a request of `node:http`, without making a `Request` of it. `url`: where a framework has cut the request's own. */
export function requestHead(req: IncomingMessage, url: string = req.url ?? '/'): RequestHead {
  return {
    method: req.method ?? 'GET',
    url,
    headers: {
      // `headers` keeps the first of repeated credentials and hides the others; a request with two must be seen as such.
      get: (name) => headerOf(req, name.toLowerCase()),
    },
  }
}

/** Over HTTP/2 the host stands in a field of another name, which no request of HTTP/1 can have. */
function headerOf({ rawHeaders }: IncomingMessage, name: string): string | null {
  return rawHeader(rawHeaders, name) ?? (name === 'host' ? rawHeader(rawHeaders, ':authority') : null)
}

export function rawHeader(rawHeaders: readonly string[], name: string): string | null {
  let found: string | null = null
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const candidate = rawHeaders[index] ?? ''
    if (candidate.length !== name.length || candidate.toLowerCase() !== name) continue
    const value = rawHeaders[index + 1] ?? ''
    found = found === null ? value : `${found}, ${value}`
  }
  return found
}
