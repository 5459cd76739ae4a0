import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createMcpHandler, metadataCorsOptionsRequestHandler, protectedResourceHandler, withMcpAuth } from 'mcp-handler'
import { registerNotes } from '../notes.ts'
import { issuer, resource } from '../settings.ts'

const keys = createRemoteJWKSet(new URL('/jwks', issuer))
const mcp = createMcpHandler(registerNotes, { serverInfo: { name: 'notes', version: '1.0.0' } })

/** app/mcp/route.ts */
const handler = withMcpAuth(
  mcp,
  async (_request, bearerToken) => {
    if (bearerToken === undefined) return undefined
    const { payload } = await jwtVerify(bearerToken, keys, { issuer, audience: resource })
    return {
      token: bearerToken,
      clientId: String(payload.client_id),
      scopes: String(payload.scope).split(' '),
      expiresAt: Number(payload.exp),
    }
  },
  {
    required: true,
    requiredScopes: ['notes:read'],
    resourceUrl: new URL(resource).origin,
    resourceMetadataPath: '/.well-known/oauth-protected-resource/mcp',
  },
)

export { handler as GET, handler as POST }

/** app/.well-known/oauth-protected-resource/mcp/route.ts */
export const metadata = {
  GET: protectedResourceHandler({ authServerUrls: [issuer], resourceUrl: resource }),
  OPTIONS: metadataCorsOptionsRequestHandler(),
}
