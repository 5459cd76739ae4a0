import { insufficientScope, OAuthError, OAuthResourceServer } from '@cloudflare/workers-oauth-provider'
import { mcp } from '../mcp/sdk-2.ts'
import { issuer, resource, scope } from '../settings.ts'
import { verifyJwt } from '../verify-jwt.ts'

export default new OAuthResourceServer({
  resourceMetadata: { resource, authorization_servers: [issuer] },
  requiredScopes: [scope],
  validateToken: () => async (audience, token) => {
    const found = await verifyJwt(token).catch((error) => {
      if (!`${error.code}`.startsWith('ERR_JW')) throw error // the keys cannot be had
      throw new OAuthError('invalid_token', { description: error.message })
    })
    return { props: {}, audience, expiresAt: found.expiresAt, scope: found.scopes, clientId: found.clientId }
  },
  handler: {
    fetch(request, _env, ctx) {
      if (!ctx.auth.scope.includes(scope)) return insufficientScope(ctx.auth, [scope])
      return mcp.fetch(request)
    },
  },
})
