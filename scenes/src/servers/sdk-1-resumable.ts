import { randomUUID } from 'node:crypto'
import { InMemoryEventStore } from '@modelcontextprotocol/sdk/examples/shared/inMemoryEventStore.js'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js'
import express from 'express'
import { path, port } from './place.ts'

/** The official SDK 1.x, open, with the event store of its example `sseAndStreamableHttpCompatibleServer`: its streams begin with an event without data. */
const transports = new Map<string, StreamableHTTPServerTransport>()
const app = express()
app.use(express.json())
app.all(path, async (req, res) => {
  const known = transports.get(String(req.headers['mcp-session-id']))
  if (known !== undefined) return known.handleRequest(req, res, req.body)
  if (req.method !== 'POST' || !isInitializeRequest(req.body)) {
    const error = { code: -32000, message: 'Bad Request: No valid session ID provided' }
    return res.status(400).json({ jsonrpc: '2.0', error, id: null })
  }
  const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: new InMemoryEventStore(),
    onsessioninitialized: (id) => void transports.set(id, transport),
  })
  await new McpServer({ name: 'sdk-1-resumable', version: '1' }).connect(transport)
  await transport.handleRequest(req, res, req.body)
})
app.listen(port, '127.0.0.1')
