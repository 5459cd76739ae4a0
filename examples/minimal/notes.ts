import { type CallToolResult, McpServer, type ServerContext } from '@modelcontextprotocol/server'

/** The MCP server that all of these examples protect. Nothing in it knows of tokens: whoever calls a tool was let in to it. */
export function createNotes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Tells who calls.' }, (context) => say(`You are ${callerIn(context)}`))
  server.registerTool('delete-notes', { description: 'Deletes all notes.' }, () => say('There are no notes any more'))
  return server
}

function callerIn({ http }: ServerContext): string {
  const { clientId, scopes = [] } = http?.authInfo ?? {}
  return `somebody with ${clientId} and the scopes ${scopes.join(' ')}`
}

function say(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
