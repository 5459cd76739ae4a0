import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stack } from '../scene.ts'
import { resourceMetadata } from '../sound.ts'
import { startSignInBeside } from './sign-in-beside.ts'
import { startServer } from './start-script.ts'

const patch = join(import.meta.dirname, 'mcp-proxy-patch.ts')

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
    const signIn = await startSignInBeside(port + 1)
    // With the SDK of today, 3.22 makes no session for anybody: it names no completions, which that SDK demands.
    const edition = pieces.framework_package ?? 'fastmcp'
    const stateless = (pieces.challenge ?? '').includes('const stateless') ? '' : 'const stateless = false'
    writeFileSync(
      join(folder, 'server.ts'),
      `import type { IncomingMessage } from 'node:http'
import { FastMCP } from '${edition}'

const isValid = async (token) => token === 'good'
${pieces.challenge ?? ''}
${stateless}
${pieces.resource_metadata ?? ''}
const server = new FastMCP({ name: 'scene', version: '1.0.0', authenticate, oauth })
server.addTool({ name: 'whoami', description: 'who', execute: async () => 'you' })
await server.start({ transportType: 'httpStream', httpStream: { port: ${port}, host: '127.0.0.1', endpoint: '${path}', stateless } })
`,
    )
    // One workaround is a patched mcp-proxy: it sends the header that the result of `authenticate` carries.
    const patched = (pieces.challenge ?? '').includes('with mcp-proxy patched') ? ['--import', patch] : []
    const server = await startServer({ command: [process.execPath, ...patched, 'server.ts'], folder, port })
    return {
      async stop() {
        await server.stop()
        await signIn.stop()
      },
    }
  },
}
