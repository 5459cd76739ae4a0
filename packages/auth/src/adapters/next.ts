import { createGuard, type ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import type { RequestInfo } from './fetch.ts'
import { admitRequest, answerTo } from './web/guarded-request.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'
export type { RequestInfo } from './fetch.ts'

type Handler = (request: Request) => Promise<Response>

/** A handler for each method that the App Router knows: it answers HEAD and OPTIONS itself where a route does not, and 405 to what it lacks. */
export type RouteHandlers = Readonly<Record<'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS', Handler>>

/**
 * Route handlers for the App Router of Next.js: `export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = protect(server, handler)` in the
 * route of the MCP server, and the same exported once more from `app/.well-known/oauth-protected-resource/[[...path]]/route.ts`. They answer
 * metadata, preflights and refusals, whatever a rewrite made of the path; `handler` gets the requests of everyone else, with what `mcp-handler` wants
 * to know of the caller in `request.auth`.
 */
export function protect(
  server: ResourceServer,
  handler: (request: Request, info: RequestInfo) => Response | Promise<Response>,
  options?: ProtectOptions,
): RouteHandlers {
  const guard = createGuard(server, options)
  const handle: Handler = async (request) => {
    const admitted = await admitRequest(guard, request)
    if (admitted instanceof Response) return admitted
    const { accessToken, authInfo } = admitted
    return answerTo(admitted, await handler(admitted.request, { authInfo, accessToken }))
  }
  return { GET: handle, HEAD: handle, POST: handle, PUT: handle, PATCH: handle, DELETE: handle, OPTIONS: handle }
}
