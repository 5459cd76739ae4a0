import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server, for its end. */
export interface Connections {
  /** Closes those on which no answer is open, and each other when its last answer has ended. */
  end(): void
}

/**
 * Follows the connections of a server from its beginning. `closeIdleConnections` of Node is not enough to end it: it leaves open those on which
 * no request ever came, which browsers keep ready, and those whose answer ends later, which are then kept for the next request.
 */
export function watchConnections(server: Server): Connections {
  const openAnswers = new Map<Socket, number>()
  let isEnding = false

  function change(socket: Socket, by: number): void {
    const count = (openAnswers.get(socket) ?? 0) + by
    openAnswers.set(socket, count)
    if (isEnding && count === 0) socket.destroySoon()
  }

  server.on('connection', (socket: Socket) => {
    openAnswers.set(socket, 0)
    socket.once('close', () => openAnswers.delete(socket))
  })
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    change(socket, 1)
    response.once('close', () => {
      if (openAnswers.has(socket)) change(socket, -1)
    })
  })
  return {
    end() {
      isEnding = true
      for (const [socket, count] of openAnswers) if (count === 0) socket.destroySoon()
    },
  }
}
