import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createResourceServer } from '@portcullis/auth'
import { createAuthorizationServer, type Interaction, type SignedIn } from '@portcullis/auth/authorization-server'
import { createGuardedFetch, nodeListener } from '@portcullis/auth/node'
import { memoryStore } from '@portcullis/auth/stores/memory'

/**
 * The authorization server as a library with all that it offers, an MCP endpoint that takes its tokens, and a host whose whole sign-in is a button.
 * Run with the port to listen on. It stands alone, so that it can be run where the packed library is installed.
 */
const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`
const resource = `${origin}/mcp`

const sessions = new Map<string, SignedIn>()

const interaction: Interaction = {
  async signedIn(request) {
    const id = /(?:^|; )session=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
    return id === undefined ? undefined : sessions.get(id)
  },
  async signIn(_, { returnTo }) {
    const path = returnTo
      .slice(origin.length)
      .replaceAll('&', '&amp;')
      .replaceAll('"', '&quot;')
      .replaceAll('<', '&lt;')
    const buttons = ['alice', 'bob'].map((user) => `<button name="user" value="${user}">${user}</button>`).join('')
    const form = `<form method="post" action="/sign-in"><input type="hidden" name="to" value="${path}">${buttons}</form>`
    return new Response(`<!doctype html><title>Sign in</title>${form}`, {
      headers: { 'content-type': 'text/html', 'content-security-policy': "frame-ancestors 'none'" },
    })
  },
}

/** What is off unless somebody asks for it. A version that does not know one of them passes over it. */
const offered = {
  clientDocuments: { fetch: createGuardedFetch() },
  pushedRequests: {},
  deviceAuthorization: {},
  clients: [
    {
      clientId: 'backend',
      secret: randomBytes(32).toString('base64url'),
      redirectUris: ['https://backend.attack.example/callback'],
      authenticationMethod: 'client_secret_post' as const,
    },
  ],
  privileges: {
    backend: {
      clientCredentials: { [resource]: ['mcp'] },
      tokenExchange: { from: resource, to: [resource] },
      introspection: [resource],
    },
  },
  identityAssertionIssuers: [
    {
      issuer: 'https://identity.attack.example',
      jwks: { keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })] },
      clients: ['backend'],
      subject: () => undefined,
    },
  ],
}

const authorizationServer = createAuthorizationServer({
  ...offered,
  issuer: origin,
  resources: [{ resource, scopes: { mcp: 'Use the server' } }],
  store: memoryStore(),
  secrets: [{ id: 'attack', secret: randomBytes(32) }],
  interaction,
})
const resourceServer = createResourceServer({
  resource,
  authorizationServers: [origin],
  revocations: authorizationServer.revocations,
})

/** Signs in whoever presses the button. It is for this run alone: nothing is proved. */
async function signIn(request: Request): Promise<Response> {
  const from = request.headers.get('origin')
  if (from !== null && from !== origin) return new Response('From another site', { status: 403 })
  const form = new URLSearchParams(await request.text())
  const sessionId = randomUUID()
  const subject = form.get('user') ?? 'alice'
  sessions.set(sessionId, { subject, authTime: Math.floor(Date.now() / 1000), sessionId })
  const to = new URL(form.get('to') ?? '/', origin)
  const cookie = `session=${sessionId}; Path=/; HttpOnly; SameSite=Lax`
  return new Response(undefined, {
    status: 303,
    headers: { location: to.origin === origin ? to.href : '/', 'set-cookie': cookie },
  })
}

async function mcp(request: Request): Promise<Response> {
  const verdict = await resourceServer.authenticate(request)
  return verdict instanceof Response ? verdict : Response.json({ jsonrpc: '2.0', id: 1, result: {} })
}

const handler: Parameters<typeof nodeListener>[0] = {
  async fetch(request, info) {
    const { pathname } = new URL(request.url)
    if (request.method === 'POST' && pathname === '/sign-in') return signIn(request)
    if (pathname === '/mcp') return mcp(request)
    return resourceServer.answer(request) ?? authorizationServer.fetch(request, info)
  },
}

await authorizationServer.ready()
createServer(nodeListener(handler, { origin })).listen(port, '127.0.0.1')
