import { createMcpHandler } from '@modelcontextprotocol/server'
import { protect, type RequestInfo } from '@portcullis/auth/fetch'
import { once } from '../once.ts'
import { tools } from './addresses.ts'
import { createEndWhenOver } from './end-when-over.ts'
import { createNotesServer } from './notes-server.ts'
import { resourceServer } from './resource-server.ts'
import { createSseHandler } from './sse-handler.ts'

/** Streamable HTTP, of every revision. Also answers the metadata of both addresses. */
export const streamable = once('mcp-streamable', () => {
  const { fetch } = createMcpHandler(createNotesServer)
  return guarded((request, { authInfo }) => fetch(request, { authInfo }))
})

/** The transport of 2024-11-05. */
export const sse = once('mcp-sse', () => guarded(createSseHandler(createNotesServer)))

function guarded(handler: (request: Request, info: RequestInfo) => Promise<Response>) {
  const server = resourceServer()
  const endWhenOver = createEndWhenOver(server)
  const answer = protect(server, async (request, info) => endWhenOver(await handler(request, info), info.accessToken), {
    tools,
  })
  return (request: Request) => answer(ownRequest(request))
}

/** What Next.js hands on is a proxy, which the constructor of requests does not take for one. */
function ownRequest({ url, method, headers, body, signal }: Request): Request {
  return new Request(url, { method, headers, body, signal, ...(body !== null && { duplex: 'half' }) })
}
