import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { isInitializeRequest, type McpServer } from '@modelcontextprotocol/server'
import { createEventStore } from './event-store.ts'

/** Serves revisions up to 2025-11-25: a session per client, with streams that can be resumed. */
export function createSessions(
  createServer: () => McpServer,
): (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<void> {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>()

  async function begin(): Promise<NodeStreamableHTTPServerTransport> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: createEventStore(),
      retryInterval: 500,
      onsessioninitialized: (id) => {
        sessions.set(id, transport)
      },
      onsessionclosed: (id) => {
        sessions.delete(id)
      },
    })
    await createServer().connect(transport)
    return transport
  }

  return async (request, response, body) => {
    const id = request.headers['mcp-session-id']
    if (id === undefined && isInitializeRequest(body)) return (await begin()).handleRequest(request, response, body)
    const session = typeof id === 'string' ? sessions.get(id) : undefined
    if (session !== undefined) return session.handleRequest(request, response, body)
    const [status, message] = id === undefined ? [400, 'No session is named'] : [404, 'There is no such session']
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ jsonrpc: '2.0', error: { code: -32000, message }, id: null }))
  }
}
