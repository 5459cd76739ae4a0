import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'

/** Something between clients and the application, at its address. `intercept`: whether it answered by itself. */
export async function startInFront(intercept: (request: IncomingMessage, response: ServerResponse) => boolean) {
  let behind = 0
  const server = createServer((request, response) => {
    if (intercept(request, response)) return
    const { url, method, headers } = request
    const onward = send({ host: 'localhost', port: behind, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.once('error', () => response.writeHead(502).end())
    request.pipe(onward)
  }).listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('There is no port')
  return {
    origin: `http://localhost:${address.port}`,
    leadTo(port: number): void {
      behind = port
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

export type InFront = Awaited<ReturnType<typeof startInFront>>
