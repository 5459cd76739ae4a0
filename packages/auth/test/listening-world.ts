import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { createResourceServer, type Introspection } from '@portcullis/auth'
import {
  type AuthorizationServer,
  type AuthorizationServerKinds,
  type AuthorizationServerOptions,
  createAuthorizationServer,
} from '@portcullis/auth/authorization-server'
import { nodeListener, protect } from '@portcullis/auth/node'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { filesResource, notesResource } from './machine-world.ts'
import { alice, secret } from './world.ts'

/** An authorization server and two MCP servers on loopback, with the clock of the machine, for clients that are programs of others. */
export interface ListeningWorld {
  as: AuthorizationServer
  origin: string
  notes: string
  files: string
  /** Registers by RFC 7591, and signs nobody in. */
  register(metadata: Record<string, unknown>): Promise<{ client_id: string; client_secret?: string }>
}

/** `options` are given what they may name: the clients that were registered first, as an operator names them. */
export async function listeningWorld<Clients extends Record<string, Record<string, unknown>>>(
  t: TestContext,
  {
    clients,
    options,
    opaque = false,
    introspection,
  }: {
    clients: Clients
    options: (
      world: Pick<ListeningWorld, 'origin' | 'notes' | 'files'>,
      ids: { [Name in keyof Clients]: { client_id: string; client_secret?: string } },
    ) => Partial<AuthorizationServerOptions>
    opaque?: boolean
    introspection?: Introspection
  },
) {
  let listener: RequestListener = (_, res) => res.writeHead(503).end()
  const server = createServer((req, res) => listener(req, res))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has no other kind of address
  const at = { origin, notes: `${origin}/notes/mcp`, files: `${origin}/files/mcp` }
  const store = memoryStore<AuthorizationServerKinds>()
  const accessTokenFormat = opaque ? 'opaque' : 'jwt'
  const make = (more: Partial<AuthorizationServerOptions>) =>
    createAuthorizationServer({
      issuer: origin,
      resources: [
        { ...notesResource, resource: at.notes, accessTokenFormat },
        { ...filesResource, resource: at.files, accessTokenFormat },
      ],
      store,
      secrets: [secret],
      interaction: { signedIn: async () => alice, signIn: async () => new Response() },
      ...more,
    })

  const before = make({})
  const register = async (metadata: Record<string, unknown>) => {
    const body = JSON.stringify({ redirect_uris: ['https://client.example/callback'], ...metadata })
    const headers = { 'content-type': 'application/json' }
    return (await before.fetch(new Request(`${origin}/register`, { method: 'POST', headers, body }))).json()
  }
  const registered = Object.fromEntries(
    await Promise.all(Object.entries(clients).map(async ([name, metadata]) => [name, await register(metadata)])),
  )
  const as = make(options(at, registered))
  const asListener = nodeListener(as, { origin })
  const servers = [at.notes, at.files].map((resource) =>
    protect(
      createResourceServer({
        resource,
        authorizationServers: [{ issuer: origin, ...(introspection !== undefined && { introspection }) }],
        fetch: (request) => as.fetch(request),
      }),
      answerMcp,
    ),
  )
  listener = (req, res) => {
    const { pathname } = new URL(req.url ?? '/', origin)
    const nth = ['/notes/mcp', '/files/mcp'].findIndex((path) => pathname.endsWith(path))
    return (servers[nth] ?? asListener)(req, res)
  }
  return {
    ...at,
    as,
    register,
    clients: registered as { [Name in keyof Clients]: { client_id: string; client_secret?: string } },
  }
}

/** The least that an MCP client takes for a server. */
const answerMcp: Parameters<typeof protect>[1] = (req, res, { subject, claims }) => {
  const chunks: Buffer[] = []
  req.on('data', (chunk) => chunks.push(chunk))
  req.on('end', () => {
    if (req.method !== 'POST') return res.writeHead(405).end()
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString())
    if (id === undefined) return res.writeHead(202).end()
    const results: Record<string, object> = {
      initialize: {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: `${subject} by ${claims.client_id}`, version: '1' },
      },
      'tools/list': { tools: [] },
    }
    const result = results[method]
    const answer = result === undefined ? { error: { code: -32601, message: 'no such method' } } : { result }
    res.setHeader('content-type', 'application/json')
    return res.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
  })
}
