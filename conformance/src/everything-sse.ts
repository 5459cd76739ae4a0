import { createServer as createHttpServer, type Server } from 'node:http'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import type { McpServer, Transport } from '@modelcontextprotocol/server'
import { createServer } from './everything/create-server.ts'

/** The same MCP server over HTTP+SSE (2024-11-05), by the transport that the official SDK had for it: its stream is at `/sse`. */
export function createEverythingServerOverSse(): Server {
  const transports = new Map<string, SSEServerTransport>()
  const servers = new Set<McpServer>()
  const tellAll = (tell: (server: McpServer) => unknown) => {
    for (const server of servers) tell(server)
  }
  const notify = {
    toolsChanged: () => tellAll((server) => server.sendToolListChanged()),
    promptsChanged: () => tellAll((server) => server.sendPromptListChanged()),
    resourcesChanged: () => tellAll((server) => server.sendResourceListChanged()),
    resourceUpdated: (uri: string) => tellAll((server) => server.server.sendResourceUpdated({ uri })),
  }

  return createHttpServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1')
    if (request.method === 'GET' && pathname === '/sse') {
      const transport = new SSEServerTransport('/messages', response)
      const server = createServer(notify)
      transports.set(transport.sessionId, transport)
      servers.add(server)
      response.on('close', () => {
        transports.delete(transport.sessionId)
        servers.delete(server)
      })
      await server.connect(transport as Transport) // of the SDK before, whose messages are the same
      return
    }
    const transport = transports.get(searchParams.get('sessionId') ?? '')
    if (request.method === 'POST' && pathname === '/messages' && transport !== undefined)
      return transport.handlePostMessage(request, response)
    response.writeHead(pathname === '/messages' ? 404 : 405).end()
  })
}
