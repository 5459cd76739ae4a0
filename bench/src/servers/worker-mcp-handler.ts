import { protectedResourceHandler, withMcpAuth } from 'mcp-handler'
import { answerMcp } from './worker-answer.ts'
import { issuer, scope } from './worker-settings.ts'
import { verifyJwt } from './worker-verify.ts'

/** mcp-handler's guard and metadata, without its MCP server. */
const path = '/.well-known/oauth-protected-resource'
const metadata = protectedResourceHandler({ authServerUrls: [issuer] })
const guarded = withMcpAuth(
  answerMcp,
  async (_request, token) => (token === undefined ? undefined : verifyJwt(token)),
  {
    required: true,
    requiredScopes: [scope],
    resourceMetadataPath: path,
  },
)

export default {
  fetch: (request: Request) => (new URL(request.url).pathname === path ? metadata(request) : guarded(request)),
}
