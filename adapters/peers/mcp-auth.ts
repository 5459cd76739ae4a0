import express from 'express'
import { MCPAuth } from 'mcp-auth'
import { answerMcp } from './mcp/sdk-1.ts'
import { issuer, port, resource, scope } from './settings.ts'

const mcpAuth = new MCPAuth({
  protectedResources: [
    { metadata: { resource, authorizationServers: [{ issuer, type: 'oauth' }], scopesSupported: [scope] } },
  ],
})

const app = express()
app.use(mcpAuth.protectedResourceMetadataRouter())
app.use(express.json())
app.all('/mcp', mcpAuth.bearerAuth('jwt', { resource, audience: resource, requiredScopes: [scope] }), answerMcp)
app.listen(port)
