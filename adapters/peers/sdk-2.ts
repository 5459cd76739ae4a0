import {
  createMcpExpressApp,
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
  requireBearerAuth,
} from '@modelcontextprotocol/express'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server'
import { mcp } from './mcp/sdk-2.ts'
import { issuer, port, resource, scope } from './settings.ts'
import { verifyJwt } from './verify-jwt.ts'

const resourceServerUrl = new URL(resource)
const oauthMetadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()
const auth = requireBearerAuth({
  verifier: {
    verifyAccessToken: (token) =>
      verifyJwt(token).catch(({ message }) => {
        throw new OAuthError(OAuthErrorCode.InvalidToken, message)
      }),
  },
  requiredScopes: [scope],
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resourceServerUrl),
  expectedResource: resourceServerUrl,
})

const app = createMcpExpressApp({ host: '0.0.0.0', allowedHosts: ['localhost'] })
app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl, scopesSupported: [scope] }))
const node = toNodeHandler(mcp)
app.all('/mcp', auth, (req, res) => void node(req, res, req.body))
app.listen(port)
