import { createServer } from 'node:net'

const given = new Set<number>()

/** A port that was free a moment ago, with the one above it; neither was given to anybody else here. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await tryPort(0)
    if (port === undefined || given.has(port) || given.has(port + 1)) continue
    if ((await tryPort(port + 1)) === undefined) continue
    given.add(port).add(port + 1)
    return port
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
