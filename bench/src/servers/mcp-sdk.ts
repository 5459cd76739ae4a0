import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'

/** A real MCP server: the official SDK 2.x with one tool, stateless (2026-07-28). */
export const handleMcp = toNodeHandler(createMcpHandler(createWhoami))

function createWhoami(): McpServer {
  const server = new McpServer({ name: 'bench', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Says who calls.' }, async () => ({
    content: [{ type: 'text', text: 'You are alice, through the client bench.' }],
  }))
  return server
}
