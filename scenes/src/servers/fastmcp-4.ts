import { createServer } from 'node:http'
import { FastMCP } from 'fastmcp-4'
import { send, signIn } from '../parts.ts'
import { authorizationServerMetadata } from '../sound.ts'
import { path, port, target } from './place.ts'

/** FastMCP 4 with the discovery documents of its option `oauth`, its sign-in server at a host of its own. */
const issuer = `http://127.0.0.1:${port + 1}`
const metadata = authorizationServerMetadata({ origin: issuer, path, port, target })
createServer((req, res) => {
  if (req.url === '/.well-known/oauth-authorization-server')
    return send(res, { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(metadata) })
  return send(res, signIn(req.method ?? 'GET', req.url ?? '/') ?? { status: 404, headers: {}, body: '' })
}).listen(port + 1, '127.0.0.1')

const server = new FastMCP({
  name: 'fastmcp-4',
  version: '1.0.0',
  oauth: { enabled: true, protectedResource: { resource: target, authorizationServers: [issuer] } },
  authenticate: async (request) => {
    if (request.headers.authorization === 'Bearer good') return { token: 'good' }
    // As its README has it, and then its header is lost: FastMCP adds one to an error, and hands a Response on as it is.
    if (process.argv[2] === 'as-in-its-readme')
      throw new Response(null, { status: 401, statusText: 'Missing or invalid authorization header' })
    throw new Error('Unauthorized: sign in first')
  },
})
server.addTool({ name: 'whoami', description: 'who', execute: async () => 'you' })
await server.start({
  transportType: 'httpStream',
  httpStream: { port, host: '127.0.0.1', endpoint: '/mcp', stateless: true },
})
