import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OperatorError } from './operator-error.ts'

/** Where to listen. */
export interface ListenAddress {
  host: string
  port: number
}

/** By what each is chosen, for messages. */
export type ListenSettings = Readonly<Record<keyof ListenAddress, string>>

const options: ListenSettings = { host: '--host', port: '--port' }

/** Listens, and resolves to the port. Throws `OperatorError` where the address cannot be had. */
export function listen(server: Server, address: ListenAddress, settings = options): Promise<number> {
  const { host, port } = address
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(operatorError(error, address, settings)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port)) // a TCP server has no other kind of address
  })
}

function operatorError(cause: NodeJS.ErrnoException, { host, port }: ListenAddress, settings: ListenSettings): Error {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new OperatorError(`Port ${port} is taken`, {
        nextStep: `Stop what uses it, or choose another: ${settings.port} ${port === 65_535 ? 7080 : port + 1}`,
        cause,
      })
    case 'EACCES':
      return new OperatorError(`This user may not listen on port ${port}`, {
        nextStep: `Choose a port above 1023: ${settings.port} 7080`,
        cause,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new OperatorError(`This machine has no address "${host}"`, {
        nextStep: `Choose another: ${settings.host} 127.0.0.1`,
        cause,
      })
    default:
      return cause
  }
}
