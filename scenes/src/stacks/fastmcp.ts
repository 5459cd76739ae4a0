import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../scene.ts'
import { authorizationServerMetadata, resourceMetadata } from '../sound.ts'
import { startServer } from './start-script.ts'

/** FastMCP 3.22 with mcp-proxy 5.10, the pair of the seeds. Its sign-in server stands elsewhere, as Keycloak does there. */
export const fastmcp: Stack = {
  name: 'fastmcp',

  sound: (place) => ({
    challenge: `const authenticate = async (request) => {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  if (token === 'good') return { token }
  const challenge = 'Bearer resource_metadata="${place.origin}/.well-known/oauth-protected-resource"'
  throw new Response(null, { status: 401, statusText: 'Unauthorized', headers: { 'WWW-Authenticate': challenge } })
}
const stateless = false`,
    resource_metadata: `const oauth = { enabled: true, protectedResource: { resource: '${resourceMetadata(place).resource}', authorizationServers: ['http://127.0.0.1:${place.port + 1}'] } }`,
    authorization_server_metadata: '',
  }),

  async start(pieces, place, folder) {
    const { port, path } = place
    const signInOrigin = `http://127.0.0.1:${port + 1}`
    const metadata = JSON.stringify(authorizationServerMetadata({ ...place, origin: signInOrigin }))
    const stateless = (pieces.challenge ?? '').includes('const stateless') ? '' : 'const stateless = false'
    writeFileSync(
      join(folder, 'server.ts'),
      `import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { FastMCP } from 'fastmcp'
import { send, signIn } from '${join(import.meta.dirname, '..', 'parts.ts')}'

const isValid = async (token) => token === 'good'
${pieces.challenge ?? ''}
${stateless}
${pieces.resource_metadata ?? ''}
const server = new FastMCP({ name: 'scene', version: '1.0.0', authenticate, oauth })
server.addTool({ name: 'whoami', description: 'who', execute: async () => 'you' })
createServer((req, res) => {
  if (req.url === '/.well-known/oauth-authorization-server') return send(res, { status: 200, headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(metadata)} })
  return send(res, signIn(req.method ?? 'GET', req.url ?? '/') ?? { status: 404, headers: {}, body: '' })
}).listen(${port + 1}, '127.0.0.1')
await server.start({ transportType: 'httpStream', httpStream: { port: ${port}, host: '127.0.0.1', endpoint: '${path}', stateless } })
`,
    )
    return startServer({ command: [process.execPath, 'server.ts'], folder, port })
  },
}
