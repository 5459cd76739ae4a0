import { createServer } from 'node:net'

/** A port that is free now, for programs that must be told one. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address === null || typeof address === 'string') return reject(new TypeError('A TCP server has a port'))
      server.close(() => resolve(address.port))
    })
  })
}
