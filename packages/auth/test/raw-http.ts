import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  request,
} from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'

/** Resolves to the port, on loopback, at which the listener answers until the test is over. */
export async function listen(t: TestContext, listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port // a TCP server has no other kind of address
}

/** Sends bytes as they are, and returns all that comes back. */
export function exchangeRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()))
    socket.on('error', reject)
  })
}

export interface Answered {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

/** Sends a request, with whatever host its headers name, its body in the pieces given, and each piece for itself. */
export async function ask(
  port: number,
  { method = 'GET', path, headers = {}, body = [] }: AskedFor,
): Promise<Answered> {
  const req = request({
    port,
    host: '127.0.0.1',
    method,
    path,
    headers: { host: 'mcp.example', ...headers },
    agent: false,
  })
  const answered = once(req, 'response')
  for (const piece of body) {
    await new Promise((resolve) => req.write(piece, resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  req.end()
  const [res] = (await answered) as [IncomingMessage] // what "response" comes with
  return { status: res.statusCode ?? 0, headers: res.headers, body: await text(res) }
}

export interface AskedFor {
  method?: string
  path: string
  headers?: OutgoingHttpHeaders
  body?: readonly (string | Buffer)[]
}
