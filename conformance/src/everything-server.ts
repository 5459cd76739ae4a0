import { createServer as createHttpServer, type Server } from 'node:http'
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import { createServer } from './everything/create-server.ts'
import { createSessions } from './everything/sessions.ts'

/** An MCP server on the official SDK without any authorization, in front of which Portcullis is put. It serves both eras at `/mcp`. */
export function createEverythingServer(): Server {
  const modern = createMcpHandler(() => createServer(modern.notify), { legacy: 'reject' })
  const serveModern = toNodeHandler(modern)
  const serveSession = createSessions(() => createServer(modern.notify))
  const hasGoodHost = localhostHostValidation()
  const hasGoodOrigin = localhostOriginValidation()

  return createHttpServer(async (request, response) => {
    if (!hasGoodHost(request, response) || !hasGoodOrigin(request, response)) return
    const body = request.method === 'POST' ? await readJson(request) : undefined
    if (await isLegacyRequest(await toWebRequest(request, body), body)) return serveSession(request, response, body)
    return serveModern(request, response, body)
  })
}

async function readJson(request: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  try {
    return JSON.parse(Buffer.concat(chunks).toString())
  } catch {
    return undefined // the SDK answers what is no JSON
  }
}
