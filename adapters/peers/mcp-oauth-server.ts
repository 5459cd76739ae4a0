import express from 'express'
import {
  getOAuthProtectedResourceMetadataUrl,
  MemoryOAuthServerModel,
  mcpAuthRouter,
  OAuthServer,
  requireBearerAuth,
} from 'mcp-oauth-server'
import { answerMcp } from './mcp/sdk-1.ts'
import { issuer, port, resource, scope } from './settings.ts'
import { verifyJwt } from './verify-jwt.ts'

/** Its own access tokens, which it keeps and signs nothing of: those of this issuer stand for them. */
class Model extends MemoryOAuthServerModel {
  async getAccessToken(token: string) {
    const found = await verifyJwt(token).catch(() => undefined)
    return found && { ...found, expiresAt: new Date(found.expiresAt * 1000), resource }
  }
}

const mcpServerUrl = new URL(resource)
const oauthServer = new OAuthServer({
  model: new Model(),
  issuerUrl: new URL(issuer),
  authorizationUrl: new URL('/consent', issuer),
  scopesSupported: [scope, 'something:else'], // it knows no token with a scope that it does not
})

const app = express()
app.use(mcpAuthRouter({ provider: oauthServer, resourceServerUrl: mcpServerUrl }))
app.use(express.json())
app.post(
  '/mcp',
  requireBearerAuth({
    verifier: oauthServer,
    requiredScopes: [scope],
    resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(mcpServerUrl),
    resource: mcpServerUrl,
  }),
  answerMcp,
)
app.listen(port)
