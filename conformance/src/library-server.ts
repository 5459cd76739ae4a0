import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { createAuthorizationServer, type Interaction, type SignedIn } from '@portcullis/auth/authorization-server'
import { nodeListener } from '@portcullis/auth/node'
import { memoryStore } from '@portcullis/auth/stores/memory'

/**
 * The authorization server as a library: `node:http`, a store in memory, and a host whose whole sign-in is a button. Run with the port to listen
 * on. It stands alone, so that it can be run where the packed library is installed.
 */
const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`

const sessions = new Map<string, SignedIn>()

const interaction: Interaction = {
  async signedIn(request) {
    const id = /(?:^|; )session=([^;]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
    return id === undefined ? undefined : sessions.get(id)
  },
  async signIn(_, { returnTo }) {
    const path = returnTo.slice(origin.length).replaceAll('&', '&amp;').replaceAll('"', '&quot;')
    const form = `<form method="post" action="/sign-in"><input type="hidden" name="to" value="${path}"><button name="user" value="alice">Sign in</button></form>`
    return new Response(`<!doctype html><title>Sign in</title>${form}`, { headers: { 'content-type': 'text/html' } })
  },
}

const authorizationServer = createAuthorizationServer({
  issuer: origin,
  resources: [{ resource: `${origin}/mcp`, scopes: { mcp: 'Use the server' } }],
  store: memoryStore(),
  secrets: [{ id: 'conformance', secret: randomBytes(32) }],
  interaction,
})

/** Signs in whoever presses the button. It is for this run alone: nothing is proved. */
async function signIn(request: Request): Promise<Response> {
  const to = new URLSearchParams(await request.text()).get('to') ?? '/'
  const sessionId = randomUUID()
  sessions.set(sessionId, { subject: 'alice', authTime: Math.floor(Date.now() / 1000), sessionId })
  const cookie = `session=${sessionId}; Path=/; HttpOnly; SameSite=Lax`
  return new Response(undefined, { status: 303, headers: { location: new URL(to, origin).href, 'set-cookie': cookie } })
}

const handler: Parameters<typeof nodeListener>[0] = {
  fetch: (request, info) =>
    request.method === 'POST' && new URL(request.url).pathname === '/sign-in'
      ? signIn(request)
      : authorizationServer.fetch(request, info),
}

await authorizationServer.ready()
createServer(nodeListener(handler, { origin })).listen(port, '127.0.0.1')
