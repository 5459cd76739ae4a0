import type { Server } from 'node:http'

export interface Listening {
  port: number
  close(): void
}

/** Listens on 127.0.0.1, on a free port unless one is named. */
export function listen(server: Server, port = 0): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') throw new TypeError('A TCP server has a port')
      resolve({
        port: address.port,
        close() {
          server.close()
          server.closeAllConnections()
        },
      })
    })
  })
}
