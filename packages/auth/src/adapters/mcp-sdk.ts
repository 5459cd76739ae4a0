import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { type GuardedMessage, guardExchange, isOwnExchange } from './node/guarded-message.ts'
import { createNodeGuard } from './node/node-guard.ts'
import { fail } from './node/send-response.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

/** `StreamableHTTPServerTransport` of the official SDK 1.x, `NodeStreamableHTTPServerTransport` of 2.x. */
export interface McpTransport {
  handleRequest(req: GuardedMessage, res: ServerResponse): Promise<void>
}

/** Alone it is a listener for `createServer`, where all else is 404; with `next` it is middleware. */
export type McpListener = (
  req: IncomingMessage & { originalUrl?: string },
  res: ServerResponse,
  next?: (error?: unknown) => void,
) => void

/**
 * Puts a resource server in front of a transport of the official SDK, 1.x or 2.x, over `node:http`: `createServer(protect(server, transport))`. It
 * answers metadata, preflights and refusals; the transport gets the requests of everyone else that are the resource server's own, and tells tools who
 * calls (`authInfo`). `transport`: one, or what gives a connected one for each request, as a server without sessions needs. For a transport of web
 * types: `protect(server, (request, info) => transport.handleRequest(request, info))` of `@portcullis/auth/fetch`.
 */
export function protect(
  server: ResourceServer,
  transport: McpTransport | ((req: GuardedMessage, res: ServerResponse) => McpTransport | Promise<McpTransport>),
  options?: ProtectOptions,
): McpListener {
  const guard = createNodeGuard(server, options)
  const transportFor = typeof transport === 'function' ? transport : () => transport

  return (req, res, next) => {
    const exchange = { req, res, originalUrl: req.originalUrl }
    const failed = (cause: unknown) => (next === undefined || res.headersSent ? fail(res) : next(cause))
    async function handle(): Promise<void> {
      try {
        await (await transportFor(req, res)).handleRequest(req, res)
      } catch (cause) {
        failed(cause)
      }
    }
    if (isOwnExchange(server, exchange)) guardExchange(guard, exchange, { letIn: () => void handle(), fail: failed })
    else if (next === undefined) res.writeHead(404).end()
    else next()
  }
}
