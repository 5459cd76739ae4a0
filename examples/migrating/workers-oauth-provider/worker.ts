import { createMcpHandler } from '@modelcontextprotocol/server'
import { createResourceServer, remoteRevocations } from '@portcullis/auth'
import { protect } from '@portcullis/auth/fetch'
import { createNotes } from '../notes.ts'

const { RESOURCE = '', REVOCATIONS_SECRET = '' } = process.env
const { origin } = new URL(RESOURCE)

const server = createResourceServer({
  resource: RESOURCE,
  authorizationServers: [origin],
  scopes: ['notes:read'],
  revocations: remoteRevocations({ url: `${origin}/revocations`, secret: REVOCATIONS_SECRET, fetch: askOrigin }),
  fetch: askOrigin,
})

const mcp = createMcpHandler(createNotes)
const answer = protect(server, mcp.fetch, { scope: ['notes:read'], otherwise: askOrigin })
export default { fetch: (request: Request) => answer(request) }

/**
 * What is not the MCP server's own goes to the origin server, which is the authorization server: so does `fetch` of a worker for its own host. What clients
 * remember as /oauth/token and /oauth/register is /token and /register there.
 */
function askOrigin(request: Request): Promise<Response> {
  const url = new URL(request.url)
  url.pathname = url.pathname.replace(/^\/oauth(?=\/(?:token|register)$)/, '')
  return fetch(new Request(url, request), { redirect: 'manual' })
}
