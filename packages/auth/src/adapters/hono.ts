import type { AuthInfo } from '../resource-server/auth-info.ts'
import { createGuard, type ProtectOptions } from '../resource-server/guard.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { admitRequest, answerTo } from './web/guarded-request.ts'

export type { AuthInfo } from '../resource-server/auth-info.ts'
export type { ProtectOptions } from '../resource-server/guard.ts'

/** For the type of an application: `new Hono<Protected>()` knows what `c.get('auth')` is. */
export interface Protected {
  Variables: { auth: AuthInfo }
}

interface HonoContext {
  req: { raw: Request }
  set(name: 'auth', value: AuthInfo): void
  get res(): Response
  set res(response: Response | undefined)
}

/**
 * Middleware for Hono: `app.use(protect(server))`, first, before `cors()` and guards of your own. It answers metadata, preflights and refusals, lets
 * everything through that is not the resource server's own, and leaves in `c.get('auth')` what the official SDK wants to know of the caller.
 */
export function protect(
  server: ResourceServer,
  options?: ProtectOptions,
): (c: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const guard = createGuard(server, options)
  return async (c, next) => {
    if (!server.isOwn(c.req.raw)) return void (await next())
    const admitted = await admitRequest(guard, c.req.raw)
    if (admitted instanceof Response) return admitted
    c.req.raw = admitted.request
    c.set('auth', admitted.authInfo)
    await next()
    const answer = await answerTo(admitted, c.res)
    c.res = undefined // or the headers of the one before would be set over those of this one
    c.res = answer
    return undefined
  }
}
