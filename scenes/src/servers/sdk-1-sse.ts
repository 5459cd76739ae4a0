import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import express from 'express'
import { path, port } from './place.ts'

/** The official SDK 1.x with the transport of 2024-11-05 alone, as its example `simpleSseServer` has it. */
const transports = new Map<string, SSEServerTransport>()
const app = express()
app.use(express.json())
app.get(path, async (_req, res) => {
  const transport = new SSEServerTransport('/messages', res)
  transports.set(transport.sessionId, transport)
  await new McpServer({ name: 'sdk-1-sse', version: '1' }).connect(transport)
})
app.post('/messages', async (req, res) => {
  const transport = transports.get(String(req.query.sessionId))
  if (transport === undefined) res.status(404).send('Session not found')
  else await transport.handlePostMessage(req, res, req.body)
})
app.listen(port, '127.0.0.1')
