import { insufficientScope, OAuthError, OAuthResourceServer } from '@cloudflare/workers-oauth-provider'
import { answerMcp } from './worker-answer.ts'
import { issuer, resource, scope } from './worker-settings.ts'
import { verifyJwt } from './worker-verify.ts'

/** workers-oauth-provider's resource server, with tokens of another issuer. */
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
    fetch: (_request, _env, { auth }) => (auth.scope.includes(scope) ? answerMcp() : insufficientScope(auth, [scope])),
  },
})
