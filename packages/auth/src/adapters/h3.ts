import type { ServerResponse } from 'node:http'
import type { AuthInfo } from '../resource-server/auth-info.ts'
import { createGuard, type ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { admitExchange, answerExchange, type GuardedMessage, isOwnExchange, letIn } from './node/guarded-message.ts'
import { admitRequest, answerTo } from './web/guarded-request.ts'
import { type Prepared, responseOf } from './web/response-of.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

/** Of h3 1, and so of Nitro 2 and Nuxt 3 and 4, over `node:http`. */
interface NodeEvent {
  node: { req: GuardedMessage & { originalUrl?: string }; res: ServerResponse }
  context: Record<string, unknown>
}

/** Of h3 2, and so of Nitro 3, on every runtime. */
interface WebEvent {
  req: Request
  res: Prepared
  context: Record<string, unknown>
}

type Next = () => unknown

/** Who calls, once they are let in. `mcp.fetch(event.req, { authInfo: authOf(event) })` tells it to a server of the official SDK. */
export function authOf({ context }: { context: Record<string, unknown> }): AuthInfo | undefined {
  return context[contextName] as AuthInfo | undefined // none but `protect` sets it
}

const contextName = 'auth'

/**
 * Middleware for h3 1 and 2: `app.use(protect(server))`, first, or the default export of a file of `middleware/` in Nitro that is the first by its
 * name. It answers metadata, preflights and refusals, lets everything through that is not the resource server's own, and leaves what the official SDK wants to
 * know of the caller where `authOf` finds it. h3 1 must run over `node:http`, with the MCP server on a router: `app.use('/mcp', …)` takes `/mcpx` as well, which
 * is not guarded.
 */
export function protect(
  server: ResourceServer,
  options?: ProtectOptions,
): (event: NodeEvent | WebEvent, next?: Next) => Promise<unknown> {
  const guard = createGuard(server, options)

  async function overNode({ node: { req, res }, context }: NodeEvent): Promise<undefined> {
    const exchange = { req, res, originalUrl: req.originalUrl }
    if (!isOwnExchange(server, exchange)) return undefined
    const admission = await admitExchange(guard, exchange)
    if (admission instanceof Response) return void (await answerExchange(admission, exchange))
    letIn(admission, exchange)
    context[contextName] = admission.authInfo
    return undefined
  }

  async function overWeb(event: WebEvent, next: Next): Promise<unknown> {
    if (!server.isOwn(event.req)) return next()
    const admitted = await admitRequest(guard, event.req)
    if (admitted instanceof Response) return admitted
    event.req = admitted.request
    event.context[contextName] = admitted.authInfo
    // Of what h3 is told for all answers, those that are an error would get nothing.
    const answer = await next()
    const response = responseOf(answer, event.res)
    if (response !== undefined) return answerTo(admitted, response)
    for (const [name, value] of Object.entries(admitted.headers)) event.res.headers.set(name, value)
    return answer
  }

  // With two parameters, as h3 2 takes what a function of one answers for nothing where that is 404.
  const middleware = (event: NodeEvent | WebEvent, next: Next | undefined) =>
    isOfWeb(event) ? overWeb(event, next ?? (() => undefined)) : overNode(event)
  return Object.assign(middleware, { __is_handler__: true as const }) // else h3 1 warns of a function that it has to wrap
}

function isOfWeb(event: NodeEvent | WebEvent): event is WebEvent {
  return 'req' in event && event.req instanceof Request
}
