import { createServer } from 'node:net'

/**
 * A port on 127.0.0.1 that is free now, for a program that must be told one, and that nobody else is given before that program has it: below those that
 * systems give themselves, as every connection takes one of these, and of each process its own. `fetch` refuses some below 10,081.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 11_000 + (process.pid % 325) * 64 + (portsGiven++ % 64)
    if (await isFree(port)) return port
  }
}

let portsGiven = 0

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
