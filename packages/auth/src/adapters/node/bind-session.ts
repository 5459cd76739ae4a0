import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Session } from '../../resource-server/session-binding.ts'
import { setHeaders } from './set-headers.ts'

const name = 'mcp-session-id'

/** Shows what comes behind its own id of the session, and the client the one that is bound to it: in all ways in which a header is read or set. */
export function bindSession(req: IncomingMessage, res: ServerResponse, session: Session): void {
  showToServer(req, session.id)
  const setHeader = res.setHeader.bind(res)
  const writeHead = res.writeHead.bind(res)
  const shown = (value: unknown) => {
    const bound = session.idForClient(String(value))
    if (typeof bound !== 'string')
      throw new Error('Sessions of h3 1 are bound under Node alone: have your bundler resolve the condition "node"')
    return bound
  }
  const intercepted: Pick<ServerResponse, 'setHeader' | 'appendHeader' | 'writeHead'> = {
    setHeader: (header, value) => setHeader(header, header.toLowerCase() === name ? shown(value) : value),
    appendHeader(header, value) {
      if (header.toLowerCase() === name || !res.hasHeader(header)) return intercepted.setHeader(header, value)
      return appendHeader(header, value)
    },
    writeHead(status: number, ...rest: unknown[]) {
      const message = typeof rest[0] === 'string' ? rest[0] : undefined
      setHeaders(res, rest.at(-1))
      return message === undefined ? writeHead(status) : writeHead(status, message)
    },
  }
  const appendHeader = res.appendHeader.bind(res)
  Object.assign(res, intercepted)
}

/** In both places: frameworks read the one, and what makes web types of a request the other. */
function showToServer(req: IncomingMessage, id: string | undefined): void {
  const { rawHeaders } = req
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    if (rawHeaders[at]?.toLowerCase() !== name) continue
    if (id === undefined) rawHeaders.splice(at, 2)
    else rawHeaders[at + 1] = id
  }
  if (id === undefined) delete req.headers[name]
  else req.headers[name] = id
}
