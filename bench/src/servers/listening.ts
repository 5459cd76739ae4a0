import type { Server } from 'node:http'

/** The port that whoever started this process has chosen, so that a server can know its own name before it listens. */
export const port = Number(process.env.PORT)

/** Listens on loopback and says so. */
export function listen(server: Pick<Server, 'listen'>): void {
  server.listen(port, '127.0.0.1', () => console.log('listening'))
}
