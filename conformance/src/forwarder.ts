import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

export interface ForwarderOptions {
  /** The port on 127.0.0.1 that requests are passed on to. */
  port(): number
  /** The path of the MCP endpoint: requests to it get an access token. */
  path: string
  /** An access token; `undefined` while there is none. */
  accessToken(): Promise<string | undefined>
}

/**
 * Gives the suite's client, which sends no credentials, an access token, and does nothing else: host, origin, every other header, status and byte
 * pass as they are, streams as they flow, and who leaves one side leaves the other.
 */
export function createForwarder({ port, path, accessToken }: ForwarderOptions): Server {
  return createServer(async (incoming, outgoing) => {
    try {
      const token =
        isFor(path, incoming) && incoming.headers.authorization === undefined ? await accessToken() : undefined
      const added = token === undefined ? [] : ['authorization', `Bearer ${token}`]
      forward(incoming, outgoing, { port: port(), headers: [...endToEnd(incoming.rawHeaders), ...asBrowser, ...added] })
    } catch (cause) {
      console.error('The forwarder has no access token:', cause)
      outgoing.destroy()
    }
  })
}

function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { port, headers }: { port: number; headers: readonly string[] },
): void {
  const { method, url: path } = incoming
  const onward = request({ host: '127.0.0.1', port, method, path, headers, agent: false })
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 0, answer.statusMessage ?? '', endToEnd(answer.rawHeaders))
    outgoing.flushHeaders() // an event stream begins before its first event
    pipeline(answer, outgoing, () => {})
  })
  onward.on('error', () => outgoing.destroy()) // no status is made up
  outgoing.on('close', () => onward.destroy())
  incoming.pipe(onward)
}

function isFor(path: string, { url = '/' }: IncomingMessage): boolean {
  return url.split('?', 1)[0] === path
}

/** What browsers say of their connection: the test users are for those who come without anything in between. */
const asBrowser = ['connection', 'keep-alive']

/** All headers but those that concern one connection only (RFC 9110 §7.6.1). */
function endToEnd(rawHeaders: readonly string[]): string[] {
  const ofConnection = ['connection', 'keep-alive']
  return rawHeaders.filter((_, index) => !ofConnection.includes(rawHeaders[index - (index % 2)]?.toLowerCase() ?? ''))
}
