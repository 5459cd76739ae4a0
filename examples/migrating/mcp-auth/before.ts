import express from 'express'
import { MCPAuth } from 'mcp-auth'
import { handleMcp } from '../notes-sdk-1.ts'
import { issuer, port, resource } from '../settings.ts'

const mcpAuth = new MCPAuth({
  protectedResources: [
    {
      metadata: { resource, authorizationServers: [{ issuer, type: 'oauth' }], scopesSupported: ['notes:read'] },
    },
  ],
})

const app = express()
app.use(mcpAuth.protectedResourceMetadataRouter())
app.use('/mcp', mcpAuth.bearerAuth('jwt', { resource, audience: resource, requiredScopes: ['notes:read'] }))
app.use(express.json())
app.post('/mcp', handleMcp)
app.listen(port)
