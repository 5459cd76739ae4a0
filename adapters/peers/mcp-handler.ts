import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { metadataCorsOptionsRequestHandler, protectedResourceHandler, withMcpAuth } from 'mcp-handler'
import { mcp } from './mcp/mcp-handler.ts'
import { issuer, port, scope } from './settings.ts'
import { verifyJwt } from './verify-jwt.ts'

const guarded = withMcpAuth(mcp, async (_request, token) => (token === undefined ? undefined : verifyJwt(token)), {
  required: true,
  requiredScopes: [scope],
  resourceMetadataPath: '/.well-known/oauth-protected-resource',
})
const metadata = protectedResourceHandler({ authServerUrls: [issuer] })
const preflight = metadataCorsOptionsRequestHandler()

const app = new Hono()
app.all('/mcp', ({ req }) => guarded(req.raw))
app.get('/.well-known/oauth-protected-resource', ({ req }) => metadata(req.raw))
app.options('/.well-known/oauth-protected-resource', () => preflight())
serve({ fetch: app.fetch, port })
