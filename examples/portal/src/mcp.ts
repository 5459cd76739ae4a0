import type { IncomingMessage, ServerResponse } from 'node:http'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import type { AccessToken, ResourceServer } from '@portcullis/auth'
import { callsToTell, createToolScopes, type MessageRefusal, parseMessages } from '@portcullis/auth/mcp'
import { requestHead, sendResponse } from '@portcullis/auth/node'
import type { Portfolios } from './portfolio.ts'
import { createTools, toolScopes } from './tools.ts'
import type { Users } from './users.ts'

/** Answers a request of somebody whom the guard has let in. */
export type McpEndpoint = (req: IncomingMessage, res: ServerResponse, caller: AccessToken) => Promise<void>

export interface McpEndpointOptions {
  resourceServer: ResourceServer
  portfolios: Portfolios
  users: Users
}

/** The MCP server at `/mcp`, of every revision of the protocol, without sessions. */
export function createMcpEndpoint({ resourceServer, portfolios, users }: McpEndpointOptions): McpEndpoint {
  const scopesOf = createToolScopes(toolScopes)
  const handler = toNodeHandler(
    createMcpHandler(({ authInfo }) => {
      const user = users.find(String(authInfo?.extra?.subject))
      if (user === undefined) throw new Error('There is no such user')
      return createTools(portfolios, user)
    }),
  )

  return async (req, res, caller) => {
    const head = requestHead(req)
    // The SDK takes who calls from here. Nothing behind needs the token.
    const authInfo = {
      token: '',
      clientId: caller.clientId ?? '',
      scopes: [...caller.scope],
      expiresAt: caller.expiresAt,
    }
    const request = Object.assign(req, {
      method: head.method,
      url: head.url,
      auth: { ...authInfo, extra: { subject: caller.subject } },
    })
    const stopWatching = endWith(caller, res, resourceServer)
    res.once('close', stopWatching)
    if (req.method !== 'POST') return handler(request, res)

    const body = await readBody(req)
    if (body === undefined) return sendJson(res, 413, { code: -32600, message: 'The body is too long' })
    const messages = parseMessages(body, head.headers)
    if (messages.kind === 'refused') return sendJson(res, messages.status, messages)
    const refusal = resourceServer.authorize(head, caller, scopesOf(messages), callsToTell(messages))
    if (refusal !== undefined) return sendResponse(refusal, res)
    return handler(request, res, JSON.parse(new TextDecoder().decode(body)))
  }
}

/** Breaks an answer off that is still open when the token behind it is over (law 12); gives what stops looking. */
function endWith(caller: AccessToken, res: ServerResponse, server: ResourceServer): () => void {
  const timer = setInterval(async () => {
    await server.refreshRevocations().catch(() => {}) // it is asked again
    if (server.isOver(caller)) res.destroy()
  }, 2000).unref()
  return () => clearInterval(timer)
}

/** A megabyte at most. */
async function readBody(req: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of req) {
    length += chunk.length
    if (length > 1e6) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function sendJson(
  res: ServerResponse,
  status: number,
  { code, message }: Pick<MessageRefusal, 'message'> & { code: number },
): void {
  res.writeHead(status, { 'content-type': 'application/json' })
  res.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } }))
}
