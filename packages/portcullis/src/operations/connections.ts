import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server: what each may ask at a time, and their end. */
export interface Connections {
  /** Closes those on which no answer is open, and each other when its last answer has ended. */
  end(): void
}

/**
 * Follows the connections of a server from its beginning. `closeIdleConnections` of Node is not enough to end it: it leaves open those on which
 * no request ever came, which browsers keep ready, and those whose answer ends later, which are then kept for the next request.
 * A connection on which far more is asked than read is destroyed: Node would make all answers, and keep them. Its listeners see requests of
 * destroyed sockets then, which nobody need answer.
 */
export function watchConnections(server: Server): Connections {
  const openAnswers = new Map<Socket, number>()
  let isEnding = false

  function change(socket: Socket, by: number): void {
    const count = (openAnswers.get(socket) ?? 0) + by
    openAnswers.set(socket, count)
    if (count > mostOpenAnswers) socket.destroy()
    if (isEnding && count === 0) socket.destroySoon()
  }

  server.on('connection', (socket: Socket) => {
    openAnswers.set(socket, 0)
    socket.once('close', () => openAnswers.delete(socket))
  })
  // Before whoever answers, who is to see what is destroyed here.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
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

/** Answers that are open on one connection at the same time: no client is known to send more than a few requests without reading. */
const mostOpenAnswers = 16
