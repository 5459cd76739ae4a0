import { createServer } from 'node:net'

/** A port that was free a moment ago, with the one above it. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await tryPort(0)
    if (port !== undefined && (await tryPort(port + 1)) !== undefined) return port
  }
}

function tryPort(wanted: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined))
    })
  })
}
