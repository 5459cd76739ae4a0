import type { Server } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Connections on which no request has come yet. Browsers and load balancers keep such ones ready; `closeIdleConnections` leaves them open,
 * so that they would hold up the end of a server by a minute.
 */
export interface SilentConnections {
  close(): void
}

export function watchSilentConnections(server: Server): SilentConnections {
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  server.on('request', ({ socket }) => silent.delete(socket))
  return {
    close() {
      for (const socket of silent) socket.destroy()
    },
  }
}
