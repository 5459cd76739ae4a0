import { McpServer, type ServerContext } from '@modelcontextprotocol/server'

/** The MCP server that moves, with the official SDK 2.x. */
export function createNotes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  registerNotes(server)
  return server
}

export function registerNotes(server: McpServer): void {
  server.registerTool('whoami', { description: 'Tells who calls.' }, ({ http }: ServerContext) => ({
    content: [{ type: 'text', text: `You may ${http?.authInfo?.scopes.join(' ')}` }],
  }))
}
