import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'

/** The server of `../notes.ts`, with the official SDK 1.x. */
export function createNotes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Tells who calls.' }, ({ authInfo }) =>
    say(`You are somebody with ${authInfo?.clientId} and the scopes ${authInfo?.scopes.join(' ')}`),
  )
  server.registerTool('delete-notes', { description: 'Deletes all notes.' }, () => say('There are no notes any more'))
  return server
}

function say(text: string): CallToolResult {
  return { content: [{ type: 'text', text }] }
}
