import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { type AccessToken, authInfoOf, type ResourceServer } from '@portcullis/auth'
import type { Portfolios } from './portfolio.ts'
import { createTools } from './tools.ts'
import type { Users } from './users.ts'

/** Answers a request of somebody who has been let in. */
export type McpEndpoint = (req: IncomingMessage, res: ServerResponse, caller: AccessToken) => Promise<void>

export interface McpEndpointOptions {
  resourceServer: ResourceServer
  portfolios: Portfolios
  users: Users
}

/** The MCP server at `/mcp`, of every revision of the protocol, without sessions. Whether a tool may be called was decided before. */
export function createMcpEndpoint({ resourceServer, portfolios, users }: McpEndpointOptions): McpEndpoint {
  const handle = toNodeHandler(
    createMcpHandler(({ authInfo }) => {
      const user = users.find(String(authInfo?.extra?.subject))
      if (user === undefined) throw new Error('There is no such user')
      return createTools(portfolios, user)
    }),
  )

  return (req, res, caller) => {
    res.once('close', watch(caller, res, resourceServer))
    const auth = { ...authInfoOf(caller), extra: { subject: caller.subject } }
    // The SDK's types want method and URL to be there, as they are in every request that a server receives.
    return handle(Object.assign(req, { method: req.method ?? 'GET', url: req.url ?? '/', auth }), res)
  }
}

/** Breaks an answer off that is still open when what let its caller in is over (law 12); gives what stops looking. */
function watch(caller: AccessToken, res: ServerResponse, server: ResourceServer): () => void {
  const timer = setInterval(async () => {
    await server.refreshRevocations().catch(() => {}) // it is asked again
    if (server.isOver(caller)) res.destroy()
  }, 2000).unref()
  return () => clearInterval(timer)
}
