import type { AccessToken } from '../resource-server/access-token.ts'
import type { AuthInfo } from '../resource-server/auth-info.ts'
import { createGuard, type ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { admitRequest, answerTo } from './web/guarded-request.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

/** What an MCP server is told of the caller: `fetch` of the official SDK's `createMcpHandler` takes it as it is. */
export interface RequestInfo {
  authInfo: AuthInfo
  accessToken: AccessToken
}

type Answer = Response | Promise<Response>

export interface FetchOptions<Rest extends unknown[]> extends ProtectOptions {
  /** Answers what is not the resource server's own (`isOwn`). Default: 404. */
  otherwise?: (request: Request, ...rest: Rest) => Answer
}

/**
 * Puts a resource server in front of an MCP server that speaks web types, on Bun, Deno, Workers and whatever else has `fetch`. It answers metadata,
 * preflights and refusals; `handler` gets the requests of everyone else that are the resource server's own, and nothing besides. What the runtime gives
 * beside the request is passed on.
 */
export function protect<Rest extends unknown[]>(
  server: ResourceServer,
  handler: (request: Request, info: RequestInfo, ...rest: Rest) => Answer,
  { otherwise = notFound, ...options }: FetchOptions<Rest> = {},
): (request: Request, ...rest: Rest) => Promise<Response> {
  const guard = createGuard(server, options)
  return async (request, ...rest) => {
    if (!server.isOwn(request)) return otherwise(request, ...rest)
    const admitted = await admitRequest(guard, request)
    if (admitted instanceof Response) return admitted
    const { accessToken, authInfo } = admitted
    return answerTo(admitted, await handler(admitted.request, { authInfo, accessToken }, ...rest))
  }
}

function notFound(): Response {
  return Response.json({ error: 'not_found', error_description: 'There is nothing here' }, { status: 404 })
}
