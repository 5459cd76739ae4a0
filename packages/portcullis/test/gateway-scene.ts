import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { type ConnectionEvent, createResourceServer, type ResourceServerOptions } from '@portcullis/auth'
import type { GatewayOptions } from '../src/gateway/config.ts'
import { createGateway, type Gateway } from '../src/gateway/gateway.ts'

/** A real gateway with a real resource server, in front of a real upstream, on loopback. */
export interface Scene {
  gateway: Gateway
  /** The public URL of the MCP endpoint. */
  url: string
  port: number
  /** The server that the gateway answers on. */
  front: Server
  upstream: Server
  events: ConnectionEvent[]
  /** Resolves when an event of that type has been told, now or later. */
  event<Type extends ConnectionEvent['type']>(type: Type): Promise<Extract<ConnectionEvent, { type: Type }>>
  /** A signed access token. Default: alice's with client-1, scope `mcp`, ten minutes. */
  token(claims?: Record<string, unknown>): string
  /** Headers with an access token, for `fetch`. */
  signedIn(claims?: Record<string, unknown>): Record<string, string>
  /** Seconds that are added to the time. */
  clock: { offset: number }
  feed: { ended: string[]; failure: Error | undefined; reads: number }
}

export interface SceneOptions {
  upstream?: RequestListener
  gateway?: Partial<GatewayOptions>
  resourceServer?: Partial<ResourceServerOptions>
}

export async function openScene(t: TestContext, options: SceneOptions = {}): Promise<Scene> {
  const issuer = 'https://login.example'
  const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'ES256' }] }
  const clock = { offset: 0 }
  const now = () => Math.floor(Date.now() / 1000) + clock.offset
  const { events, onEvent, event } = eventLog()
  const feed: Scene['feed'] = { ended: [], failure: undefined, reads: 0 }

  const upstream = await listen(t, options.upstream ?? ((req, res) => req.resume().on('end', () => res.end('{}'))))
  let gateway: Gateway | undefined
  const front = await listen(t, (req, res) => void gateway?.handle(req, res))
  const { port } = front.address() as AddressInfo // it listens on a port
  const url = `http://127.0.0.1:${port}/mcp`
  const resourceServer = createResourceServer({
    resource: url,
    authorizationServers: [issuer],
    scopes: ['mcp'],
    fetch: async ({ url }) => Response.json(url.endsWith('/jwks') ? jwks : { issuer, jwks_uri: `${issuer}/jwks` }),
    revocations: {
      async read() {
        feed.reads++
        if (feed.failure !== undefined) throw feed.failure
        return { ended: feed.ended.map((grantId) => ({ grantId, expiresAt: now() + 3600 })), position: '1' }
      },
    },
    onEvent,
    now,
    ...options.resourceServer,
  })
  await resourceServer.ready()
  const { timeouts, ...others } = options.gateway ?? {}
  gateway = createGateway({
    resourceServer,
    upstream: `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/upstream`, // it listens on a port
    timeouts: { shutdown: 0.05, ...timeouts },
    onEvent,
    now,
    ...others,
  })
  t.after(() => gateway?.close())

  function token(claims: Record<string, unknown> = {}): string {
    const all = { sub: 'alice', client_id: 'client-1', scope: 'mcp', grant_id: 'grant-1', ...claims }
    return signed({ iss: issuer, aud: url, iat: now(), exp: now() + 600, ...all })
  }
  return {
    gateway,
    url,
    port,
    front,
    upstream,
    events,
    event,
    token,
    signedIn: (claims) => ({
      Authorization: `Bearer ${token(claims)}`,
      'Content-Type': 'application/json',
    }),
    clock,
    feed,
  }
}

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

function signed(claims: object): string {
  const parts = [{ alg: 'ES256', kid: 'k', typ: 'at+jwt' }, claims]
  const content = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${content}.${signature.toString('base64url')}`
}

/** A server on a free port of loopback that ends with the test. */
export async function listen(t: TestContext, listener: RequestListener): Promise<Server> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  })
  return server
}

/** The requests that reach a server, one at a time, with what to answer them by. */
export function requestQueue(): {
  listener: RequestListener
  next(): Promise<{ req: IncomingMessage; res: ServerResponse }>
} {
  const waiting: ((exchange: { req: IncomingMessage; res: ServerResponse }) => void)[] = []
  const arrived: { req: IncomingMessage; res: ServerResponse }[] = []
  return {
    listener(req, res) {
      const waiter = waiting.shift()
      if (waiter === undefined) arrived.push({ req, res })
      else waiter({ req, res })
    },
    next() {
      const first = arrived.shift()
      return first === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(first)
    },
  }
}

/** The body of a request as text. */
export async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** A connection on which hostile bytes are sent as they are; `received` resolves with all that came back when it is closed. */
export function rawConnection(t: TestContext, port: number): { socket: Socket; received: Promise<string> } {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  let text = ''
  const received = new Promise<string>((resolve) => {
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
  return { socket, received }
}

function eventLog(): Pick<Scene, 'events' | 'event'> & { onEvent: (event: ConnectionEvent) => void } {
  const events: ConnectionEvent[] = []
  const waiting = new Set<(event: ConnectionEvent) => void>()
  return {
    events,
    onEvent(event) {
      events.push(event)
      for (const waiter of waiting) waiter(event)
    },
    event(type) {
      return new Promise((resolve) => {
        const take = (event: ConnectionEvent) => {
          // The comparison tells the type, which the checker cannot follow through the type parameter.
          if (event.type === type) resolve(event as Extract<ConnectionEvent, { type: typeof type }>)
        }
        for (const event of events) take(event)
        waiting.add(take)
      })
    },
  }
}
