import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { authorize, consent } from './authorize.ts'
import { backendApi } from './backend-api.ts'
import { handshake, signIn } from './browser-session.ts'
import { type Instance, json } from './instance.ts'
import { authorizationServerMetadata, openidConfiguration } from './metadata.ts'
import { signInPage } from './pages.ts'
import { makePerson, type Person } from './people.ts'
import { register } from './register.ts'
import type { Switches } from './switches.ts'
import { token, userinfo } from './token.ts'
import { jwks } from './tokens.ts'

export interface StandIn {
  issuer: string
  /** What the dashboard would show under "API keys". */
  publishableKey: string
  secretKey: string
  switches: Switches
  people: readonly Person[]
  backendCredentials: Instance['backendCredentials']
  close(): Promise<void>
}

/** Clerk's Frontend API and Backend API, as far as an MCP server needs them, on this machine alone. Each person: name and password. */
export async function startStandIn(options: {
  port?: number
  switches: Switches
  people: readonly { username: string; password: string; name: readonly [string, string] }[]
}): Promise<StandIn> {
  const server = createServer().listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The stand-in for Clerk has no port')
  const host = `127.0.0.1:${address.port}` // with a dot, as a host in a publishable key must have
  const instance: Instance = {
    issuer: `http://${host}`,
    switches: options.switches,
    secretKey: 'sk_test_of_a_stand_in_for_clerk_on_this_machine',
    people: options.people.map(({ username, password, name }) => makePerson(username, password, name)),
    clients: new Map(),
    browsers: new Map(),
    pending: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    accessTokens: new Map(),
    backendCredentials: [],
  }
  server.on('request', async (incoming, outgoing) => {
    const answer = await route(instance, requestOf(incoming, instance.issuer)).catch(() => json({}, 500))
    outgoing.writeHead(answer.status, Object.fromEntries(answer.headers))
    outgoing.end(Buffer.from(await answer.arrayBuffer()))
  })
  const { issuer, secretKey, switches, people, backendCredentials } = instance
  const publishableKey = `pk_test_${Buffer.from(`${host}$`).toString('base64')}`
  return {
    issuer,
    publishableKey,
    secretKey,
    switches,
    people,
    backendCredentials,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

async function route(instance: Instance, request: Request): Promise<Response> {
  const { issuer, switches } = instance
  const { pathname, searchParams } = new URL(request.url)
  if (switches.isDown) return json({ errors: [{ code: 'service_unavailable' }] }, 503)
  if (request.method === 'OPTIONS') return preflight()
  if (pathname === '/v1/client/handshake') return handshake(instance, request)
  if (pathname.startsWith('/v1/')) return backendApi(instance, request)
  const asked = `${request.method === 'HEAD' ? 'GET' : request.method} ${pathname}`
  if (asked === 'GET /.well-known/oauth-authorization-server')
    return json(authorizationServerMetadata(issuer, switches))
  if (asked === 'GET /.well-known/openid-configuration') return json(openidConfiguration(issuer, switches))
  if (asked === 'GET /.well-known/jwks.json') return json(jwks)
  if (asked === 'POST /oauth/register') return register(instance, request)
  if (asked === 'GET /oauth/authorize') return authorize(instance, request)
  if (asked === 'GET /sign-in') return signInPage(searchParams.get('redirect_url') ?? '/')
  if (asked === 'POST /sign-in') return signIn(instance, request)
  if (asked === 'POST /oauth-consent') return consent(instance, request)
  if (asked === 'POST /oauth/token') return token(instance, request)
  if (asked === 'GET /oauth/userinfo') return userinfo(instance, request)
  return json({ errors: [{ code: 'resource_not_found' }] }, 404)
}

function preflight(): Response {
  const headers = {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization, content-type, mcp-protocol-version',
  }
  return new Response(undefined, { status: 204, headers })
}

function requestOf(incoming: IncomingMessage, origin: string): Request {
  const { url = '/', method = 'GET', headers } = incoming
  const given = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each) => [name, each] as const),
  )
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const body = hasBody ? { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: 'half' as const } : {} // the same thing in two type libraries
  return new Request(new URL(url, origin), { method, headers: given.map(([name, each]) => [name, each]), ...body })
}
