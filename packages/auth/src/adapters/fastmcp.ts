import type { AuthInfo } from '../resource-server/auth-info.ts'
import type { ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import type { GuardedMessage } from './node/guarded-message.ts'
import { startBehind } from './node/start-behind.ts'
import { protect as protectNode } from './node.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

/** Who calls: what tools and `canAccess` of FastMCP get as `session`. */
export type Session = { [Name in keyof AuthInfo]: AuthInfo[Name] } // FastMCP wants a type with an index, which an interface has not

export type Authenticate = (request: GuardedMessage | undefined) => Promise<Session>

interface Startable {
  start(...options: never[]): Promise<void>
  stop(): Promise<void>
}

/**
 * Puts a resource server in front of FastMCP 3 and 4: `protect(server, (authenticate) => new FastMCP({ name, version, authenticate }))`, and then all
 * as ever. It answers metadata, preflights and refusals before FastMCP reads anything, lets everything through that is not the resource server's own
 * (`/health`, routes of yours), and gives tools in `session` what the official SDK wants to know of the caller. `/sse`, which FastMCP serves as well,
 * is closed, unless both it and `/messages` stand in `alsoServedAt`. Default of `sessionKeys`: one made here, since FastMCP keeps its sessions in this process.
 */
export function protect<App extends Startable>(
  server: ResourceServer,
  create: (authenticate: Authenticate) => App,
  options?: ProtectOptions,
): App {
  if (server.isOwn({ url: '/sse' }) && !server.isOwn({ url: '/messages' }))
    throw new TypeError('"alsoServedAt" has "/sse" and not "/messages", to which its clients send what they ask')
  // FastMCP 3 takes whoever names a session for the one who opened it.
  const sessionKeys = options?.sessionKeys ?? [crypto.getRandomValues(new Uint8Array(32))]
  const guard = protectNode(server, { ...options, sessionKeys })
  let isStdio = false
  const app = create(async (request) => {
    isStdio = request === undefined
    if (request?.auth === undefined) throw new Response(undefined, { status: 404, statusText: 'Not Found' })
    return request.auth
  })
  const start = app.start.bind(app)
  app.start = async (...given) => {
    const { started, hasServer } = startBehind(guard, () => start(...given))
    await started
    if (hasServer || isStdio) return
    await app.stop()
    throw new Error('protect(…) does not know how this release of FastMCP makes its server, and so it was stopped')
  }
  return app
}
