import {
  createMcpExpressApp,
  getOAuthProtectedResourceMetadataUrl,
  mcpAuthMetadataRouter,
  requireBearerAuth,
} from '@modelcontextprotocol/express'
import { OAuthError, OAuthErrorCode } from '@modelcontextprotocol/server'
import { mcp, send, signIn } from '../parts.ts'
import { authorizationServerMetadata } from '../sound.ts'
import { origin, path, port, target } from './place.ts'

/** The official SDK 2.x on Express: a resource server, with a sign-in server beside it. */
const verifier = {
  verifyAccessToken: async () => {
    throw new OAuthError(OAuthErrorCode.InvalidToken, 'Not a token of ours')
  },
}
const resourceServerUrl = new URL(target)
const oauthMetadata = authorizationServerMetadata({ origin, path, port, target })
const app = createMcpExpressApp()
app.use(mcpAuthMetadataRouter({ oauthMetadata, resourceServerUrl }))
app.use((req, res, next) => {
  const answer = signIn(req.method, req.url)
  if (answer === undefined) next()
  else send(res, answer)
})
const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(resourceServerUrl)
app.all(path, requireBearerAuth({ verifier, resourceMetadataUrl }), ({ body }, res) =>
  send(res, mcp(JSON.stringify(body))),
)
app.listen(port, '127.0.0.1')
