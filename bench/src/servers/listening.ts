import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

type Listener = Pick<Server, 'listen' | 'address'>

/** Listens on a free port of loopback and says which: whoever started this process waits for that line. */
export async function listen(server: Listener): Promise<void> {
  announce(await bind(server))
}

/** Listens on a free port of loopback, for servers whose own name has the port in it. */
export function bind(server: Listener): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)) // a TCP server has no other kind of address
  })
}

export function announce(port: number): void {
  console.log(`listening ${port}`)
}
