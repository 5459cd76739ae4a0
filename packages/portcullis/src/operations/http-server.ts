import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { ConnectionEvent } from '@portcullis/auth/protocol'
import { refuseInPlaceOfNode, refuseWithoutHost } from './bare-refusals.ts'
import type { ClientAddressReader } from './client-address.ts'
import { watchConnections } from './connections.ts'
import { type ListenAddress, type ListenSettings, listen } from './listen.ts'
import { contextOf, runInRequest } from './request-context.ts'

export interface HttpServerOptions {
  route: (req: IncomingMessage, res: ServerResponse) => Promise<void>
  clientAddress: ClientAddressReader
  onEvent: (event: ConnectionEvent) => void
}

export interface HttpServer {
  /** Resolves to the port. Throws `OperatorError` where the address cannot be had. */
  listen(address: ListenAddress, settings?: ListenSettings): Promise<number>
  /** Takes no more requests, and resolves once all open answers have ended. */
  stop(): Promise<void>
  /** Ends what is open still. */
  cutOff(): void
}

/** A server each of whose requests is answered within its own context: who asks, and the id under which the log has it. */
export function createHttpServer({ route, clientAddress, onEvent }: HttpServerOptions): HttpServer {
  // Node would refuse what names no host without a word to anybody.
  const server = createServer({ keepAliveTimeout: 75_000, requireHostHeader: false }, (req, res) => {
    if (req.socket.destroyed) return // too much was asked on it at once, or its client is gone
    const { socket, httpVersion } = req
    runInRequest(contextOf(socket, { clientAddress: clientAddress(req), httpVersion }, res), () => {
      if (refuseWithoutHost(req, res, onEvent)) return
      route(req, res).catch((cause: unknown) => {
        onEvent({ type: 'failure', operation: 'route', cause })
        if (res.headersSent) res.destroy()
        else res.writeHead(500).end()
      })
    })
  })
  const connections = watchConnections(server)
  refuseInPlaceOfNode(server, { connections, clientAddress, onEvent })
  return {
    listen: (address, settings) => listen(server, address, settings),
    stop() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      connections.end()
      return closed
    },
    cutOff: () => server.closeAllConnections(),
  }
}
