import { DemoInMemoryAuthProvider } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { getOAuthProtectedResourceMetadataUrl, mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import express from 'express'
import { origin, path, port, target } from './place.ts'

/** The official SDK 1.x with its own demonstration provider, on one host. */
const provider = new DemoInMemoryAuthProvider()
const resourceServerUrl = new URL(target)
const app = express()
app.use(mcpAuthRouter({ provider, issuerUrl: new URL(origin), resourceServerUrl, scopesSupported: ['mcp:tools'] }))
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resourceServerUrl)
app.post(path, requireBearerAuth({ verifier: provider, resourceMetadataUrl }), async (req, res) => {
  const server = new McpServer({ name: 'sdk-1', version: '1' })
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await server.connect(transport)
  await transport.handleRequest(req, res)
})
app.listen(port, '127.0.0.1')
