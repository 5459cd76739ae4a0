import { createServer } from 'node:net'

/** A port on 127.0.0.1 that is free now, for a program that must be told one. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('There is no free port')
  await new Promise((resolve) => server.close(resolve))
  return address.port
}
