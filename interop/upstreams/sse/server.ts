import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js'
import { callerOf } from '../../../examples/notes/caller.ts'

/** A server of 2024-11-05, on the transport that the official SDK has of it: a stream at /sse, and an address for messages. */
const sessions = new Map<string, SSEServerTransport>()

const listener = createServer((req, res) => void answer(req, res))
listener.listen(Number(process.env.PORT), '127.0.0.1', () => {
  const address = listener.address()
  if (typeof address === 'object' && address !== null) console.log(`http://127.0.0.1:${address.port}/sse`)
})

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://any.example')
  if (req.method === 'GET' && pathname === '/sse') return open(res)
  const session = sessions.get(searchParams.get('sessionId') ?? '')
  if (req.method === 'POST' && pathname === '/messages' && session !== undefined)
    return session.handlePostMessage(req, res)
  res.writeHead(pathname === '/sse' ? 405 : 404).end()
}

async function open(res: ServerResponse): Promise<void> {
  const transport = new SSEServerTransport('/messages', res)
  sessions.set(transport.sessionId, transport)
  res.on('close', () => sessions.delete(transport.sessionId))
  await createNotes().connect(transport)
}

function createNotes(): McpServer {
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('whoami', { description: 'Tells who calls.' }, ({ requestInfo }) => {
    const headers = Object.entries(requestInfo?.headers ?? {}).map(([name, value]): [string, string] => [
      name,
      String(value),
    ])
    const { subject, client } = callerOf(new Headers(headers))
    return { content: [{ type: 'text', text: `You are ${subject}, through ${client}` }] }
  })
  return server
}
