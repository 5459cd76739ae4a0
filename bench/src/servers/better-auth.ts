import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { oauthProvider } from '@better-auth/oauth-provider'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import { jwt } from 'better-auth/plugins'
import { listen, port } from './listening.ts'
import { type AuthorizationSettings, readSettings } from './settings.ts'

/**
 * better-auth with its OAuth provider, on its own use of `node:sqlite`, durable: public clients that register by themselves, S256, ES256 access
 * tokens for one resource, refresh tokens that rotate. Whoever signs in is somebody new, and consents by opening the page.
 */
const { folder, resource, scopes } = readSettings<AuthorizationSettings>()
const origin = `http://127.0.0.1:${port}`
const database = new DatabaseSync(join(folder, 'better-auth.db'))
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
const offered = [...scopes, 'offline_access']
const options: BetterAuthOptions = {
  baseURL: origin,
  basePath: '/auth',
  secret: randomBytes(32).toString('base64url'),
  database,
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password) => password, verify: async () => true }, // nobody's under test
  },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [
    jwt({ jwks: { keyPairConfig: { alg: 'ES256' } } }),
    oauthProvider({
      scopes: offered,
      resources: [{ identifier: resource, accessTokenTtl: 600, allowedScopes: offered }],
      enforcePerClientResources: false,
      loginPage: '/sign-in',
      consentPage: '/consent',
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
      codeExpiresIn: 600,
    }),
  ],
}
await (await getMigrations(options)).runMigrations()
const auth = betterAuth(options)
const handle = toNodeHandler(auth)

listen(
  createServer((req, res) => {
    const { pathname, search } = new URL(req.url ?? '/', origin)
    if (pathname === '/.well-known/openid-configuration') {
      req.url = '/auth/.well-known/oauth-authorization-server' // where clients of the others ask
      return handle(req, res)
    }
    if (pathname === '/sign-in') return signIn(search, res)
    if (pathname === '/consent') return consent(search, req, res)
    if (pathname === '/auth/oauth2/authorize') return authorize(search, req, res)
    return handle(req, res)
  }),
)

async function signIn(search: string, res: ServerResponse): Promise<void> {
  const email = `${randomUUID()}@example.com`
  const signedUp = await call('/auth/sign-up/email', { name: 'Somebody', email, password: 'password' }, undefined)
  res.writeHead(302, {
    location: `/auth/oauth2/authorize${search}`,
    'set-cookie': signedUp.headers.getSetCookie(),
  })
  res.end()
}

async function consent(search: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const answer = await call('/auth/oauth2/consent', { accept: true, oauth_query: search.slice(1) }, req.headers.cookie)
  res.writeHead(302, { location: (await answer.json()).url }).end()
}

/** It answers scripts with JSON, and browsers, which say so by a header that no client here may send, with a redirect. */
async function authorize(search: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const headers = { cookie: req.headers.cookie ?? '', accept: 'text/html' }
  const answer = await auth.handler(new Request(`${origin}/auth/oauth2/authorize${search}`, { headers }))
  const location = answer.headers.get('location') ?? (await answer.json()).url
  res.writeHead(302, { location, 'set-cookie': answer.headers.getSetCookie() }).end()
}

function call(path: string, body: object, cookie: string | undefined): Promise<Response> {
  const headers = { origin, 'content-type': 'application/json', ...(cookie !== undefined && { cookie }) }
  return auth.handler(new Request(`${origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
}
