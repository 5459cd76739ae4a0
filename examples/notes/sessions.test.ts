import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { McpServer } from '@modelcontextprotocol/server'
import { createSessions } from './sessions.ts'

test('when there are too many sessions, the one that has been silent longest ends', async () => {
  const sessions = createSessions(() => new McpServer({ name: 'test', version: '1' }), { most: 2 })
  const server = createServer(async (req, res) => {
    const chunks = await req.toArray()
    await sessions.handle(req, res, JSON.parse(Buffer.concat(chunks).toString()))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const post = (message: object, session?: string) =>
    fetch(`http://127.0.0.1:${port}/mcp`, {
      method: 'POST',
      headers: {
        Accept: 'application/json, text/event-stream',
        'Content-Type': 'application/json',
        ...(session && { 'Mcp-Session-Id': session }),
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
    })
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } }
  const open = async () => {
    const response = await post({ method: 'initialize', params })
    return response.headers.get('mcp-session-id') ?? ''
  }
  const statusOf = async (session: string) => (await post({ method: 'ping' }, session)).status

  const first = await open()
  const second = await open()
  await statusOf(first)
  const third = await open()

  assert.deepEqual([await statusOf(first), await statusOf(second), await statusOf(third)], [200, 404, 200])
  await sessions.close()
  server.close()
  server.closeAllConnections()
})
