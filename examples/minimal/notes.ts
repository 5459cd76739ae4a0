import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server'

/** The MCP server that all of these examples protect. Nothing in it knows of tokens: whoever calls a tool was let in to it. */
export function createNotes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  registerNotes(server)
  return server
}

/** Its tools, for what makes the server itself. */
export function registerNotes(server: McpServer): void {
  server.registerTool('whoami', { description: 'Tells who calls.' }, (context) => say(`You are ${callerIn(context)}`))
  server.registerTool('delete-notes', { description: 'Deletes all notes.' }, () => say('There are no notes any more'))
}

function callerIn({ http }: ServerContext): string {
  const { clientId, scopes = [] } = http?.authInfo ?? {}
  return `somebody with ${clientId} and the scopes ${scopes.join(' ')}`
}

function say(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
