import { createServer } from 'node:http'
import { mcp, requireMcpAuth } from '@better-auth/mcp'
import { oauthProviderAuthServerMetadata } from '@better-auth/oauth-provider'
import { getRequestListener } from '@hono/node-server'
import { betterAuth } from 'better-auth'
import { memoryAdapter } from 'better-auth/adapters/memory'
import { jwt } from 'better-auth/plugins'
import { Hono } from 'hono'
import { mcp as greeting } from '../parts.ts'
import { origin, path, port, target } from './place.ts'

/** better-auth with its MCP plugin, registration opened as its documentation says. */
const tables = Object.fromEntries(
  [
    'user',
    'session',
    'account',
    'verification',
    'jwks',
    'oauthClient',
    'oauthAccessToken',
    'oauthRefreshToken',
    'oauthConsent',
    'oauthResource',
    'oauthClientResource',
    'rateLimit',
  ].map((table) => [table, []]),
)
const auth = betterAuth({
  baseURL: origin,
  secret: 'a secret of a scene that nobody else has, 32 characters',
  database: memoryAdapter(tables),
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [
    jwt(),
    mcp({
      loginPage: '/login',
      consentPage: '/consent',
      resource: target,
      allowDynamicClientRegistration: true,
      allowUnauthenticatedClientRegistration: true,
    }),
  ],
})
const metadata = oauthProviderAuthServerMetadata(auth)
const protectedMcp = requireMcpAuth(
  auth,
  async (request) => Response.json(JSON.parse(greeting(await request.text()).body)),
  { resource: target },
)
const app = new Hono()
app.all('/api/auth/*', (c) => auth.handler(c.req.raw))
app.get('/.well-known/oauth-authorization-server/*', (c) => metadata(c.req.raw))
app.get('/.well-known/*', (c) => auth.handler(c.req.raw))
app.get('/login', (c) => c.html('<p>Sign in</p>'))
app.all(path, (c) => protectedMcp(c.req.raw))
createServer(getRequestListener(app.fetch)).listen(port, '127.0.0.1')
