import { FastMCP } from 'fastmcp'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { issuer, port, resource } from '../settings.ts'

const keys = createRemoteJWKSet(new URL('/jwks', issuer))

const notes = new FastMCP({
  name: 'notes',
  version: '1.0.0',
  oauth: {
    enabled: true,
    protectedResource: { resource, authorizationServers: [issuer], scopesSupported: ['notes:read'] },
  },
  authenticate: async (request) => {
    const header = request.headers.authorization
    if (!header?.startsWith('Bearer '))
      throw new Response(null, { status: 401, statusText: 'Missing or invalid authorization header' })
    try {
      const { payload } = await jwtVerify(header.slice(7), keys, { issuer, audience: resource })
      return { userId: payload.sub, scope: String(payload.scope) }
    } catch {
      throw new Response(null, { status: 401, statusText: 'Invalid OAuth token' })
    }
  },
})
notes.addTool({
  name: 'whoami',
  description: 'Tells who calls.',
  execute: async (_, { session }) => `You may ${session?.scope}`,
})
await notes.start({ transportType: 'httpStream', httpStream: { port, stateless: true } })
