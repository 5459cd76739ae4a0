import { createNotes } from './mcp/fastmcp.ts'
import { issuer, port, resource } from './settings.ts'
import { verifyJwt } from './verify-jwt.ts'

const server = createNotes({
  oauth: {
    enabled: true,
    authorizationServer: {
      issuer,
      authorizationEndpoint: `${issuer}/authorize`,
      tokenEndpoint: `${issuer}/token`,
      jwksUri: `${issuer}/jwks`,
      responseTypesSupported: ['code'],
    },
    protectedResource: { resource, authorizationServers: [issuer] },
  },
  authenticate: async (request) => {
    const header = request.headers.authorization
    if (!header?.startsWith('Bearer ')) throw new Response(undefined, { status: 401, statusText: 'No token' })
    return verifyJwt(header.slice('Bearer '.length)).catch(() => {
      throw new Response(undefined, { status: 401, statusText: 'Invalid token' })
    })
  },
})
await server.start({ transportType: 'httpStream', httpStream: { port, endpoint: '/mcp', stateless: true } })
