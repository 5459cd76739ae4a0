import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccessToken } from '../resource-server/access-token.ts'
import type { ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { type GuardedMessage, guardExchange, isOwnExchange } from './node/guarded-message.ts'
import { createNodeGuard } from './node/node-guard.ts'
import { fail } from './node/send-response.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'
export { type AddressKind, kindOfAddress } from './node/address-kind.ts'
export { createGuardedFetch, type GuardedFetchOptions } from './node/guarded-fetch.ts'
export type { GuardedMessage } from './node/guarded-message.ts'
export {
  type FetchHandler,
  incomingMessage,
  type NodeListenerOptions,
  nodeListener,
  webRequest,
} from './node/node-listener.ts'
export { requestHead } from './node/request-head.ts'
export { sendResponse } from './node/send-response.ts'

/**
 * What stands in front of others, as in `connect`: `next` lets a request through to them, `next(error)` tells that something failed. It does not say that
 * it sets `req.auth`: where the official SDK 1.x is in the same program, that is declared already, with a type of its own.
 */
export type NodeMiddleware = (
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * A resource server as middleware, in front of an application that serves more: it answers metadata, preflights and refusals, guards what is the resource server's own (`isOwn`) and lets all else
 * through untouched. Put it first, before parsers of bodies and guards of your own.
 */
export function protect(server: ResourceServer, options?: ProtectOptions): NodeMiddleware
/**
 * Puts a resource server in front of a `node:http` listener: it answers metadata, preflights and refusals, and calls `listener` with the access
 * token of everyone else, whatever the path. What the official SDK wants to know of the caller stands in `req.auth`.
 */
export function protect(
  server: ResourceServer,
  listener: (req: GuardedMessage, res: ServerResponse, accessToken: AccessToken) => void,
  options?: ProtectOptions,
): (req: IncomingMessage, res: ServerResponse) => void
export function protect(
  server: ResourceServer,
  listenerOrOptions?: ProtectOptions | ((req: GuardedMessage, res: ServerResponse, accessToken: AccessToken) => void),
  options?: ProtectOptions,
): NodeMiddleware | ((req: IncomingMessage, res: ServerResponse) => void) {
  if (typeof listenerOrOptions !== 'function') return middleware(server, listenerOrOptions)
  const guard = createNodeGuard(server, options)
  return (req: IncomingMessage, res: ServerResponse) =>
    guardExchange(
      guard,
      { req, res },
      { letIn: ({ accessToken }) => listenerOrOptions(req, res, accessToken), fail: () => fail(res) },
    )
}

function middleware(server: ResourceServer, options: ProtectOptions | undefined): NodeMiddleware {
  const guard = createNodeGuard(server, options)
  return (req, res, next) => {
    const exchange = { req, res, originalUrl: req.originalUrl }
    if (!isOwnExchange(server, exchange)) return next()
    guardExchange(guard, exchange, { letIn: () => next(), fail: next })
  }
}
