import { McpServer } from '@modelcontextprotocol/server'
import { protect, type RouteHandlers } from '@portcullis/auth/next'
import { needsOf } from '@portcullis/auth/tools'
import { createMcpHandler } from 'mcp-handler'
import { once } from './once.ts'
import { registerTools } from './register-tools.ts'
import { resourceServer } from './resource-server.ts'

const serverInfo = { name: 'shelf', version: '1.0.0' }

/** Made when the first request comes: while Next.js builds, there are no settings. */
const handlers = once('mcp', () => {
  const described = new McpServer(serverInfo)
  registerTools(described)
  const handler = createMcpHandler(registerTools, { serverInfo })
  return protect(resourceServer(), handler, { tools: needsOf(described) })
})

const by = (method: keyof RouteHandlers) => (request: Request) => handlers()[method](request)

/** Route handlers for the MCP server and for all documents about it. */
export const mcp: RouteHandlers = {
  GET: by('GET'),
  HEAD: by('HEAD'),
  POST: by('POST'),
  PUT: by('PUT'),
  PATCH: by('PATCH'),
  DELETE: by('DELETE'),
  OPTIONS: by('OPTIONS'),
}
