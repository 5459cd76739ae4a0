import { env as settings } from 'cloudflare:workers'
import { type OAuthHelpers, OAuthProvider, type OAuthResourceContext } from '@cloudflare/workers-oauth-provider'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createNotes } from '../notes.ts'
import { consentPage, signedInUser } from './pages.ts'

interface Env {
  OAUTH_KV: KVNamespace
  OAUTH_PROVIDER: OAuthHelpers
}
declare global {
  namespace Cloudflare {
    interface Env {
      RESOURCE: string
    }
  }
}

const resource = settings.RESOURCE

const mcp = createMcpHandler(createNotes)

export default new OAuthProvider<Env>({
  apiRoute: '/mcp',
  apiHandler: {
    fetch(request, _env, ctx) {
      const { auth, props } = ctx as OAuthResourceContext<{ userId: string }>
      const authInfo = { token: auth.token, clientId: auth.clientId ?? '', scopes: auth.scope, extra: props }
      return mcp.fetch(request, { authInfo })
    },
  },
  defaultHandler: {
    async fetch(request, env) {
      if (new URL(request.url).pathname !== '/authorize') return new Response(null, { status: 404 })
      const oauth = env.OAUTH_PROVIDER
      const user = await signedInUser(request)
      if (request.method === 'GET') {
        const asked = await oauth.parseAuthRequest(request)
        const details = await oauth.describeConsent(asked)
        const { handle, headers } = await oauth.beginConsent(asked)
        headers.set('Content-Type', 'text/html; charset=utf-8')
        return new Response(consentPage(details, handle), { headers })
      }
      const form = await request.formData()
      const approved = await oauth.approveConsent(request, String(form.get('handle')))
      const { redirectTo } = await oauth.completeAuthorization({
        request: approved.request,
        userId: user.id,
        metadata: {},
        scope: approved.request.scope,
        props: { userId: user.id },
      })
      approved.headers.set('Location', redirectTo)
      return new Response(null, { status: 302, headers: approved.headers })
    },
  },
  authorizeEndpoint: '/authorize',
  tokenEndpoint: '/oauth/token',
  clientRegistrationEndpoint: '/oauth/register',
  scopesSupported: ['notes:read'],
  resourceMetadata: {
    resource,
    authorization_servers: [new URL(resource).origin],
  },
  requiredScopes: ['notes:read'],
})
