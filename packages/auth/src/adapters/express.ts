import type { ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { type NodeMiddleware, protect as protectNode } from './node.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

/**
 * Middleware for Express 4 and 5: `app.use(protect(server))`, first, before `express.json()`, `cors()` and guards of your own. It answers metadata,
 * preflights and refusals, lets everything through that is not the resource server's own, and leaves in `req.auth` what the official SDK
 * wants to know of the caller.
 */
export function protect(server: ResourceServer, options?: ProtectOptions): NodeMiddleware {
  return protectNode(server, options)
}
