import { serve } from '@hono/node-server'
import { port } from '../settings.ts'

type Handlers = Record<string, (request: Request) => Response | Promise<Response>>

/** Serves a file of `mcp-handler/` as Next.js would serve the route files that stand in it. */
const file = process.argv[2] ?? ''
const routes: Handlers & { metadata?: Handlers } = await import(`../${file}`)
const { metadata = routes } = routes

serve({
  port,
  fetch(request) {
    const { pathname } = new URL(request.url)
    const handlers =
      pathname === '/mcp' ? routes : pathname.startsWith('/.well-known/oauth-protected-resource') ? metadata : {}
    return handlers[request.method]?.(request) ?? new Response(null, { status: 404 })
  },
})
