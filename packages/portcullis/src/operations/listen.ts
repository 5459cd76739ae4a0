import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { OperatorError } from './operator-error.ts'

/** Listens, and resolves to the port. Throws `OperatorError` where the address cannot be had. */
export function listen(server: Server, { host, port }: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(operatorError(error, host, port)))
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port)) // a TCP server has no other kind of address
  })
}

function operatorError(cause: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (cause.code) {
    case 'EADDRINUSE':
      return new OperatorError(`Port ${port} is taken`, {
        nextStep: `Stop what uses it, or choose another: --port ${port === 65_535 ? 7080 : port + 1}`,
        cause,
      })
    case 'EACCES':
      return new OperatorError(`This user may not listen on port ${port}`, {
        nextStep: 'Choose a port above 1023: --port 7080',
        cause,
      })
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new OperatorError(`This machine has no address "${host}"`, {
        nextStep: 'Choose another: --host 127.0.0.1',
        cause,
      })
    default:
      return cause
  }
}
