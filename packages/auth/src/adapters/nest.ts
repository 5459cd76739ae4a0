import type { ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { type NodeMiddleware, protect as protectNode } from './node.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

/**
 * Middleware for NestJS, on Express or Fastify: `app.use(protect(server))`, in `main.ts`, before `app.enableCors()` and whatever else is used. It
 * acts before bodies are parsed and before all guards (`APP_GUARD` too), interceptors and pipes, answers metadata, preflights and refusals, lets
 * everything through that is not the resource server's own, and leaves in `req.auth` what the official SDK wants to know of the caller (with
 * Fastify: `req.raw.auth`). `configure(consumer)` of a module would be too late for it: bodies are parsed there.
 */
export function protect(server: ResourceServer, options?: ProtectOptions): NodeMiddleware {
  return protectNode(server, options)
}
