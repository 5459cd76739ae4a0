import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { isInitializeRequest, type McpServer } from '@modelcontextprotocol/server'

/** The sessions of revisions up to 2025-11-25: one transport and one server each. */
export interface Sessions {
  /** Answers a request of these revisions. `body`: what it says, of a POST. */
  handle(req: IncomingMessage, res: ServerResponse, body?: unknown): Promise<void>
  close(): Promise<void>
}

/** `most`: sessions at a time; who has been silent longest is let go first. */
export function createSessions(createServer: () => McpServer, { most = 500 } = {}): Sessions {
  const transports = new Map<string, NodeStreamableHTTPServerTransport>()

  async function open(): Promise<NodeStreamableHTTPServerTransport> {
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: async (id) => {
        const [oldest] = transports.values()
        if (transports.size >= most) await oldest?.close()
        transports.set(id, transport)
      },
    })
    transport.onclose = () => {
      if (transport.sessionId !== undefined) transports.delete(transport.sessionId)
    }
    await createServer().connect(transport)
    return transport
  }

  function resume(id: string): NodeStreamableHTTPServerTransport | undefined {
    const transport = transports.get(id)
    if (transport === undefined) return undefined
    transports.delete(id)
    transports.set(id, transport)
    return transport
  }

  return {
    async handle(req, res, body) {
      const id = req.headers['mcp-session-id']
      if (id === undefined && !isInitializeRequest(body)) return answer(res, 400, 'A session id is missing')
      const transport = id === undefined ? await open() : resume(String(id))
      if (transport === undefined) return answer(res, 404, 'Session not found')
      await transport.handleRequest(req, res, body)
    },

    async close() {
      await Promise.all([...transports.values()].map((transport) => transport.close()))
    },
  }
}

/** Answers with a JSON-RPC error. */
export function answer(res: ServerResponse, status: number, message: string): void {
  res.writeHead(status, { 'Content-Type': 'application/json' })
  res.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: status === 404 ? -32001 : -32000, message } }))
}
