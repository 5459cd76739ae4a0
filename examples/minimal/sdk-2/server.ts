import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { NodeStreamableHTTPServerTransport } from '@modelcontextprotocol/node'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/mcp-sdk'
import { createNotes } from '../notes.ts'
import { port, rules, settings } from '../settings.ts'

/** Without sessions: a server and a transport for each request, and no stream beside. */
async function connected({ method }: IncomingMessage) {
  if (method !== 'POST') return { handleRequest: refuse }
  const transport = new NodeStreamableHTTPServerTransport({ sessionIdGenerator: undefined })
  await createNotes().connect(transport)
  return transport
}

async function refuse(_req: IncomingMessage, res: ServerResponse) {
  res.writeHead(405, { allow: 'POST', 'content-type': 'application/json' })
  res.end('{"jsonrpc":"2.0","error":{"code":-32000,"message":"Method not allowed."},"id":null}')
}

const mcp = protect(createResourceServer(settings), connected, rules)

createServer((req, res) => {
  mcp(req, res, () => {
    if (req.url?.split('?')[0] === '/mcp-health') res.end('ok')
    else res.writeHead(404).end()
  })
}).listen(port)
