import { serve } from '@hono/node-server'
import {
  getOAuthProtectedResourceMetadataUrl,
  OAuthError,
  OAuthErrorCode,
  oauthMetadataResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server'
import { mcp } from './mcp/sdk-2.ts'
import { issuer, port, resource, scope } from './settings.ts'
import { verifyJwt } from './verify-jwt.ts'

const resourceServerUrl = new URL(resource)
const oauthMetadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()
const gate = requireBearerAuth({
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

async function fetchMcp(request: Request): Promise<Response> {
  const metadata = oauthMetadataResponse(request, { oauthMetadata, resourceServerUrl, scopesSupported: [scope] })
  if (metadata) return metadata
  if (new URL(request.url).pathname !== resourceServerUrl.pathname) return new Response(undefined, { status: 404 })
  const auth = await gate(request)
  if (auth instanceof Response) return auth
  return mcp.fetch(request, { authInfo: auth })
}
serve({ fetch: fetchMcp, port })
