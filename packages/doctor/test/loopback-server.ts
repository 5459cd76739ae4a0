import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import https from 'node:https'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import { after } from 'node:test'
import type { Certificate } from './certificate.ts'

/** An HTTP server on a free port of 127.0.0.1 until the tests of the file are over; resolves to its origin. */
export async function listening(listener: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await portOf(http.createServer(listener))}`
}

export async function listeningWithTls(certificate: Certificate, listener: RequestListener): Promise<number> {
  const key = certificate.key.export({ type: 'pkcs8', format: 'pem' })
  return portOf(https.createServer({ key, cert: certificate.cert }, listener))
}

/** A server that answers whatever is said with these bytes, as they stand. */
export async function answeringBytes(write: (socket: Socket) => void): Promise<string> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => write(socket))
  })
  return `http://127.0.0.1:${await portOf(server)}`
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): ServerResponse {
  return response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}

async function portOf(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on TCP has an address of this kind.
  return (server.address() as AddressInfo).port
}
