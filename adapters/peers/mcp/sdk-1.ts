import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { RequestHandler } from 'express'

export function createNotes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Tells who calls.' }, () => ({
    content: [{ type: 'text', text: 'You are somebody' }],
  }))
  return server
}

/** The MCP server of the SDK 1, behind parsers of bodies. */
export const answerMcp: RequestHandler = async (req, res) => {
  const transport = new StreamableHTTPServerTransport({})
  await createNotes().connect(transport)
  await transport.handleRequest(req, res, req.body)
}
