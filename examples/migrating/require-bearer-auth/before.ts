import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import type { OAuthTokenVerifier } from '@modelcontextprotocol/sdk/server/auth/provider.js'
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js'
import { OAuthMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js'
import express from 'express'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { handleMcp } from '../notes-sdk-1.ts'
import { issuer, port, resource } from '../settings.ts'

const found = await fetch(new URL('/.well-known/oauth-authorization-server', issuer))
const oauthMetadata = OAuthMetadataSchema.parse(await found.json())
const keys = createRemoteJWKSet(new URL(String(oauthMetadata.jwks_uri)))
const resourceServerUrl = new URL(resource)

const verifier: OAuthTokenVerifier = {
  async verifyAccessToken(token) {
    const { payload } = await jwtVerify(token, keys, { issuer, audience: resource }).catch((cause) => {
      throw new InvalidTokenError(String(cause))
    })
    return {
      token,
      clientId: String(payload.client_id),
      scopes: String(payload.scope).split(' '),
      expiresAt: Number(payload.exp),
      resource: resourceServerUrl,
    }
  },
}

const app = express()
app.use(express.json())
app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl, scopesSupported: ['notes:read'] }))
const auth = requireBearerAuth({
  verifier,
  requiredScopes: ['notes:read'],
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resourceServerUrl),
})
app.post('/mcp', auth, handleMcp)
app.listen(port)
