import { createMcpHandler } from '@modelcontextprotocol/server'
import { protect, type RequestInfo, type RouteHandlers } from '@portcullis/auth/next'
import { needsOf } from '@portcullis/auth/tools'
import { once } from '../once.ts'
import { createEndWhenOver } from './end-when-over.ts'
import { createNotesServer } from './notes-server.ts'
import { resourceServer } from './resource-server.ts'
import { createSseHandler } from './sse-handler.ts'

/** Route handlers for Streamable HTTP, of every revision, and for the metadata of both addresses. */
export const streamable = guarded('mcp-streamable', () => {
  const { fetch } = createMcpHandler(createNotesServer)
  return (request, { authInfo }) => fetch(request, { authInfo })
})

/** Those for the transport of 2024-11-05. */
export const sse = guarded('mcp-sse', () => createSseHandler(createNotesServer))

type Handler = (request: Request, info: RequestInfo) => Promise<Response>

/** Made when the first request comes: while Next.js builds, there are no settings. */
function guarded(name: string, makeHandler: () => Handler): RouteHandlers {
  const handlers = once(name, () => {
    const handler = makeHandler()
    const server = resourceServer()
    const endWhenOver = createEndWhenOver(server)
    return protect(server, async (request, info) => endWhenOver(await handler(request, info), info.accessToken), {
      tools: needsOf(createNotesServer()),
    })
  })
  const by = (method: keyof RouteHandlers) => (request: Request) => handlers()[method](request)
  return {
    GET: by('GET'),
    HEAD: by('HEAD'),
    POST: by('POST'),
    PUT: by('PUT'),
    PATCH: by('PATCH'),
    DELETE: by('DELETE'),
    OPTIONS: by('OPTIONS'),
  }
}
