import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/** The connections of a server: what each may ask at a time, and their end. */
export interface Connections {
  /** Closes those on which no answer is open, and each other when its last answer has ended. */
  end(): void
  /** Whether nothing of an answer has been sent that is still open on it. */
  isUnanswered(socket: Socket): boolean
}

/**
 * Follows the connections of a server from its beginning. `closeIdleConnections` of Node is not enough to end it: it leaves open those on which
 * no request ever came, which browsers keep ready, and those whose answer ends later, which are then kept for the next request.
 * A connection on which far more is asked than read is destroyed: Node would make all answers, and keep them. Its listeners see requests of
 * destroyed sockets then, which nobody need answer.
 */
export function watchConnections(server: Server): Connections {
  const all = new Map<Socket, { openAnswers: number; newest: ServerResponse | undefined }>()
  let isEnding = false

  server.on('connection', (socket: Socket) => {
    all.set(socket, { openAnswers: 0, newest: undefined })
    socket.once('close', () => all.delete(socket))
  })
  // Before whoever answers, who is to see what is destroyed here.
  server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    const connection = all.get(socket)
    if (connection === undefined) return
    connection.newest = response
    connection.openAnswers += 1
    if (connection.openAnswers > mostOpenAnswers) socket.destroy()
    response.once('close', () => {
      connection.openAnswers -= 1
      if (connection.openAnswers > 0) return
      connection.newest = undefined
      if (isEnding) socket.destroySoon()
    })
  })
  return {
    end() {
      isEnding = true
      for (const [socket, { openAnswers }] of all) if (openAnswers === 0) socket.destroySoon()
    },
    isUnanswered(socket) {
      const { openAnswers = 0, newest } = all.get(socket) ?? {}
      return openAnswers === 0 || (openAnswers === 1 && newest?.headersSent === false)
    },
  }
}

/** Answers that are open on one connection at the same time: no client is known to send more than a few requests without reading. */
const mostOpenAnswers = 16
