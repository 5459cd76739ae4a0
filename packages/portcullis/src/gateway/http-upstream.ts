import type { IncomingMessage } from 'node:http'
import Client from 'undici/lib/dispatcher/client.js'
import { forwardedHeaders, type PassingHeaders, upstreamHeaders } from './request-headers.ts'
import { upstreamPath } from './route.ts'
import type { Upstream } from './upstream.ts'

export interface HttpUpstreamOptions {
  readonly url: URL
  readonly upstreamHeaders: PassingHeaders
  /** The public URL that it is told of. */
  readonly publicUrl: URL
  readonly clientAddress: (req: IncomingMessage) => string | undefined
  /** In seconds. */
  readonly timeouts: { readonly upstreamConnect: number; readonly upstreamAnswer: number }
}

/** An MCP server that speaks Streamable HTTP. It keeps nothing of anybody here: its sessions are its own. */
export function createHttpUpstream(options: HttpUpstreamOptions): Upstream {
  const { url, publicUrl, clientAddress } = options
  const connections = createConnections(url, options.timeouts)
  return {
    readsMessages: false,
    begin({ req, rawHeaders = req.rawHeaders, head, query, caller, session, body }) {
      const own = [caller.identityHeaders, forwardedHeaders(publicUrl, clientAddress(req))]
      const headers = upstreamHeaders({ rawHeaders }, session, own, options.upstreamHeaders)
      const path = upstreamPath(url, query)
      const connection = connections.take()
      return {
        start: (handler) => connection.dispatch({ method: head.method, path, headers, body: body ?? null }, handler),
        end: (outcome) => connections.release(connection, outcome),
      }
    },
    endGrants: () => false,
    destroy: connections.destroy,
  }
}

/** The connections to the upstream, each for one request at a time: as many as there are open exchanges, which have their own limit. */
export interface Connections {
  /** A free connection, the caller's until it is released. */
  take(): Client
  /** Gives a connection back. One whose answer did not come to its end is of no more use. */
  release(connection: Client, state: { isClean: boolean }): void
  /** Breaks off what is still open. */
  destroy(): Promise<void>
}

export function createConnections(
  { origin }: URL,
  { upstreamConnect, upstreamAnswer }: { upstreamConnect: number; upstreamAnswer: number },
): Connections {
  const options: Client.Options = {
    allowH2: false, // one request to a connection, so that none waits behind another's stream
    pipelining: 1,
    connect: { timeout: upstreamConnect * 1000 },
    headersTimeout: upstreamAnswer * 1000,
    bodyTimeout: 0, // open-exchanges.ts looks after answers that have begun
  }
  const all = new Set<Client>()
  // The last one back is the first to go out again, so that few are kept warm. undici's pool looks through all, streams included.
  const free: Client[] = []

  function connect(): Client {
    const client = new Client(origin, options)
    all.add(client)
    return client
  }

  return {
    take: () => free.pop() ?? connect(),
    release(client, { isClean }) {
      if (isClean && free.length < mostFree) {
        free.push(client)
        return
      }
      all.delete(client)
      client.destroy().catch(() => {})
    },
    async destroy() {
      free.length = 0
      await Promise.all([...all].map((client) => client.destroy()))
    },
  }
}

const mostFree = 256
