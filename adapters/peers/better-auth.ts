import { createMcpProtectedRequestHandler } from '@better-auth/mcp'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { mcp } from './mcp/sdk-2.ts'
import { issuer, port, resource, scope } from './settings.ts'

const guarded = createMcpProtectedRequestHandler(
  { issuer, audience: resource, jwksUrl: `${issuer}/jwks`, requiredScopes: [scope] },
  (request) => mcp.fetch(request),
)

const app = new Hono()
app.all('/mcp', ({ req }) => guarded(req.raw))
serve({ fetch: app.fetch, port })
