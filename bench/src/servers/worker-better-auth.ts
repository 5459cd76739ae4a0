import { createMcpProtectedRequestHandler } from '@better-auth/mcp'
import { answerMcp } from './worker-answer.ts'
import { issuer, resource, scope } from './worker-settings.ts'

/** better-auth's handler for a resource server that stands apart; it has no metadata. */
const options = { issuer, audience: resource, jwksUrl: `${issuer}/jwks`, requiredScopes: [scope] }
const fetch = createMcpProtectedRequestHandler(options, answerMcp)
export default { fetch: (request: Request) => fetch(request) }
