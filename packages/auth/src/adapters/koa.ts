import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { admitExchange, answerExchange, isOwnExchange, letIn } from './node/guarded-message.ts'
import { createNodeGuard } from './node/node-guard.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

interface KoaContext {
  req: IncomingMessage
  res: ServerResponse
  originalUrl: string
  respond?: boolean | undefined
}

/**
 * Middleware for Koa: `app.use(protect(server))`, first, before parsers of bodies and guards of your own. It answers metadata, preflights and refusals,
 * lets everything through that is not the resource server's own, and leaves in `ctx.req.auth` what the official SDK wants to know of the caller.
 */
export function protect(
  server: ResourceServer,
  options?: ProtectOptions,
): (ctx: KoaContext, next: () => Promise<unknown>) => Promise<unknown> {
  const guard = createNodeGuard(server, options)
  return async (ctx, next) => {
    const exchange = { req: ctx.req, res: ctx.res, originalUrl: ctx.originalUrl }
    if (!isOwnExchange(server, exchange)) return next()
    const admission = await admitExchange(guard, exchange)
    if (admission instanceof Response) {
      ctx.respond = false
      return answerExchange(admission, exchange)
    }
    letIn(admission, exchange)
    return next()
  }
}
