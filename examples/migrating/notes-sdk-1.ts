import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Request, Response } from 'express'

/** The MCP server that moves, with the official SDK 1.x: a server and a transport for each request. */
export async function handleMcp(req: Request, res: Response): Promise<void> {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Tells who calls.' }, ({ authInfo }) => ({
    content: [{ type: 'text', text: `You may ${authInfo?.scopes.join(' ')}` }],
  }))
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await server.connect(transport)
  await transport.handleRequest(req, res, req.body)
}
