import type { ServerResponse } from 'node:http'
import type { ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { admitExchange, answerExchange, type GuardedMessage, isOwnExchange, letIn } from './node/guarded-message.ts'
import { createNodeGuard } from './node/node-guard.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

interface FastifyRequest {
  raw: GuardedMessage
  originalUrl: string
}

interface FastifyReply {
  raw: ServerResponse
  hijack(): unknown
}

interface FastifyInstance {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): unknown
}

/**
 * A plugin for Fastify 4 and 5: `await app.register(protect(server))`, before all other plugins, routes and hooks. It acts before bodies are parsed,
 * answers metadata, preflights and refusals, lets everything through that is not the resource server's own, and leaves in `request.raw.auth` what
 * the official SDK wants to know of the caller.
 */
export function protect(server: ResourceServer, options?: ProtectOptions): (app: FastifyInstance) => Promise<void> {
  const guard = createNodeGuard(server, options)
  async function plugin(app: FastifyInstance): Promise<void> {
    app.addHook('onRequest', async (request, reply) => {
      const exchange = { req: request.raw, res: reply.raw, originalUrl: request.originalUrl }
      if (!isOwnExchange(server, exchange)) return undefined
      const admission = await admitExchange(guard, exchange)
      if (!(admission instanceof Response)) return letIn(admission, exchange)
      reply.hijack()
      await answerExchange(admission, exchange)
      return reply
    })
  }
  // The hook is for the whole application, not for what is registered within the plugin alone; `fastify-plugin` does no more than this.
  const marks = { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'portcullis' }
  return Object.assign(plugin, marks)
}
