import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js'
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js'
import {
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
} from '@modelcontextprotocol/sdk/server/auth/router.js'
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js'
import { answerMcp } from './mcp/sdk-1.ts'
import { issuer, port, resource, scope } from './settings.ts'
import { verifyJwt } from './verify-jwt.ts'

const resourceServerUrl = new URL(resource)
const oauthMetadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()
const auth = requireBearerAuth({
  verifier: {
    verifyAccessToken: (token) =>
      verifyJwt(token).catch(({ message }) => {
        throw new InvalidTokenError(message)
      }),
  },
  requiredScopes: [scope],
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resourceServerUrl),
  expectedResource: resourceServerUrl,
})

const app = createMcpExpressApp()
app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl, scopesSupported: [scope] }))
app.post('/mcp', auth, answerMcp)
app.listen(port)
