import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ProbeRequest } from '../../packages/doctor/src/evidence/exchange.ts'
import { answerTo, type Origins, type Scene } from '../../packages/doctor/test/scene.ts'

/** A scene as two servers on this machine. */
export interface RunningScene {
  /** The MCP URL. */
  readonly target: string
  readonly origins: Origins
  /** All that was asked so far. */
  readonly asked: readonly { readonly method: string; readonly url: string }[]
  close(): void
}

export async function play(scene: Scene): Promise<RunningScene> {
  const asked: { method: string; url: string }[] = []
  const origins = { here: '', elsewhere: '' }
  const servers: Server[] = []
  for (const name of ['here', 'elsewhere'] as const) {
    const server = createServer(async (incoming, response) => {
      const request = await requestOf(incoming, origins[name])
      asked.push({ method: request.method, url: request.url })
      const { status = 500, headers, body } = answerTo(scene, origins, request) ?? {}
      response.writeHead(status, headers).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    origins[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // it listens on a port
    servers.push(server)
  }
  return {
    target: `${origins.here}${scene.path ?? '/mcp'}`,
    origins,
    asked,
    close() {
      for (const server of servers) {
        server.close()
        server.closeAllConnections()
      }
    },
  }
}

async function requestOf(incoming: IncomingMessage, origin: string): Promise<ProbeRequest> {
  let body = ''
  for await (const chunk of incoming.setEncoding('utf8')) body += chunk
  return {
    method: incoming.method as ProbeRequest['method'], // clients send no others
    url: new URL(incoming.url ?? '/', origin).href,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body,
  }
}
