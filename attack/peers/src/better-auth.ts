import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { oauthProvider } from '@better-auth/oauth-provider'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import { consentPage, readForm, sendPage, signInPage } from './pages.ts'

/** better-auth with its OAuth provider: clients that register by themselves, one resource, pages of a host around it. */
const port = Number(process.argv[2])
const origin = `http://127.0.0.1:${port}`
const resource = `${origin}/mcp`
const offered = ['openid', 'offline_access', 'mcp']

const options: BetterAuthOptions = {
  baseURL: origin,
  basePath: '/auth',
  secret: randomBytes(32).toString('base64url'),
  database: new DatabaseSync(':memory:'),
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password) => password, verify: async () => true }, // nobody's under test
  },
  rateLimit: { enabled: process.env.PEER_LIMITS === '1' }, // in production they are on; the other attacks come too quickly for them
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [
    jwt(),
    oauthProvider({
      scopes: offered,
      resources: [{ identifier: resource, accessTokenTtl: 600, allowedScopes: offered }],
      enforcePerClientResources: false,
      loginPage: '/sign-in',
      consentPage: '/consent',
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
    }),
  ],
}
await (await getMigrations(options)).runMigrations()
const auth = betterAuth(options)
const handle = toNodeHandler(auth)

for (const user of ['alice', 'bob'])
  await call('/auth/sign-up/email', { name: user, email: `${user}@example.com`, password: 'password' }, undefined)

let reader: Promise<Record<string, string>> | undefined

createServer((req, res) => {
  const { pathname, search } = new URL(req.url ?? '/', origin)
  if (pathname === '/.well-known/oauth-authorization-server/auth') {
    req.url = '/auth/.well-known/oauth-authorization-server'
    return handle(req, res)
  }
  if (pathname === '/mcp') return mcp(req, res)
  if (pathname === '/sign-in' && req.method === 'GET') return sendPage(res, signInPage(search.slice(1)))
  if (pathname === '/sign-in') return signIn(req, res)
  if (pathname === '/consent' && req.method === 'GET')
    return sendPage(res, consentPage({ query: search.slice(1) }, decodeURIComponent(search)))
  if (pathname === '/consent') return consent(req, res)
  return handle(req, res)
}).listen(port, '127.0.0.1')

/** The resource asks its authorization server about each token. */
async function mcp(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const [, token = ''] = /^Bearer (\S+)$/.exec(req.headers.authorization ?? '') ?? []
  reader ??= call(
    '/auth/oauth2/register',
    { redirect_uris: [`${origin}/reader`], token_endpoint_auth_method: 'client_secret_post' },
    undefined,
  ).then((answer) => answer.json())
  const { client_id = '', client_secret = '' } = await reader
  const body = new URLSearchParams({ token, client_id, client_secret })
  const answer = await auth.handler(new Request(`${origin}/auth/oauth2/introspect`, { method: 'POST', body }))
  const { active } = await answer.json()
  res.writeHead(active === true ? 200 : 401).end()
}

async function signIn(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = await readForm(req)
  const body = { email: `${form.get('user')}@example.com`, password: 'password' }
  const signedIn = await call('/auth/sign-in/email', body, undefined)
  const location = `/auth/oauth2/authorize?${form.get('to')}`
  res.writeHead(303, { location, 'set-cookie': signedIn.headers.getSetCookie() }).end()
}

async function consent(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const form = await readForm(req)
  const accept = form.get('decision') === 'allow'
  const answer = await call('/auth/oauth2/consent', { accept, oauth_query: form.get('query') }, req.headers.cookie)
  const json = await answer.json()
  if (typeof json.url !== 'string') res.writeHead(answer.status).end(JSON.stringify(json))
  else res.writeHead(303, { location: json.url }).end()
}

function call(path: string, body: object, cookie: string | undefined): Promise<Response> {
  const headers = { origin, 'content-type': 'application/json', ...(cookie !== undefined && { cookie }) }
  return auth.handler(new Request(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
}
