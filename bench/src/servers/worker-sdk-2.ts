import {
  getOAuthProtectedResourceMetadataUrl,
  OAuthError,
  OAuthErrorCode,
  oauthMetadataResponse,
  requireBearerAuth,
} from '@modelcontextprotocol/server'
import { answerMcp } from './worker-answer.ts'
import { issuer, resource, scope } from './worker-settings.ts'
import { verifyJwt } from './worker-verify.ts'

/** The gate and the metadata of the official SDK 2.x for web-standard hosts. */
const resourceServerUrl = new URL(resource)
const oauthMetadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  response_types_supported: ['code'],
}
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

export default {
  async fetch(request: Request): Promise<Response> {
    const metadata = oauthMetadataResponse(request, { oauthMetadata, resourceServerUrl })
    if (metadata) return metadata
    const auth = await gate(request)
    return auth instanceof Response ? auth : answerMcp()
  },
}
