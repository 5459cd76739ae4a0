import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import { ProxyOAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/providers/proxyProvider.js'
import { getOAuthProtectedResourceMetadataUrl, mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { handleMcp } from '../notes-sdk-1.ts'
import { issuer, port, resource } from '../settings.ts'

const resourceServerUrl = new URL(resource)
const keys = createRemoteJWKSet(new URL('/jwks', issuer))

const provider = new ProxyOAuthServerProvider({
  endpoints: {
    authorizationUrl: `${issuer}/authorize`,
    tokenUrl: `${issuer}/token`,
    revocationUrl: `${issuer}/revoke`,
    registrationUrl: `${issuer}/register`,
  },
  async verifyAccessToken(token) {
    const { payload } = await jwtVerify(token, keys, { issuer, audience: resource }).catch((cause) => {
      throw new InvalidTokenError(String(cause))
    })
    return {
      token,
      clientId: String(payload.client_id),
      scopes: String(payload.scope).split(' '),
      expiresAt: Number(payload.exp),
    }
  },
  getClient: async (client_id) => ({ client_id, redirect_uris: ['http://localhost:4567/callback'] }),
})

const app = express()
app.use(mcpAuthRouter({ provider, issuerUrl: new URL(resourceServerUrl.origin), resourceServerUrl }))
app.use(express.json())
const auth = requireBearerAuth({
  verifier: provider,
  requiredScopes: ['notes:read'],
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resourceServerUrl),
})
app.post('/mcp', auth, handleMcp)
app.listen(port)
