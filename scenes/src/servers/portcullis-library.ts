import { createServer } from 'node:http'
import { createResourceServer } from '@portcullis/auth'
import { protect } from '@portcullis/auth/node'
import { greet, send, signIn } from '../parts.ts'
import { authorizationServerMetadata } from '../sound.ts'
import { path, port, target } from './place.ts'

/** The library on `node:http`, its sign-in server at a host of its own. */
const issuer = `http://127.0.0.1:${port + 1}`
const metadata = authorizationServerMetadata({ origin: issuer, path, port, target })
createServer((req, res) => {
  if (req.url === '/.well-known/oauth-authorization-server')
    return send(res, { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(metadata) })
  return send(res, signIn(req.method ?? 'GET', req.url ?? '/') ?? { status: 404, headers: {}, body: '' })
}).listen(port + 1, '127.0.0.1')

const authorizationServers = [{ issuer, jwksUri: `${issuer}/jwks` }]
const server = createResourceServer({
  resource: target,
  authorizationServers,
  fetch: async () => Response.json({ keys: [] }),
})
createServer(protect(server, greet)).listen(port, '127.0.0.1')
