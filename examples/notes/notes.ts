import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  localhostHostValidation,
  localhostOriginValidation,
  toNodeHandler,
  toWebRequest,
} from '@modelcontextprotocol/node'
import { createMcpHandler, isLegacyRequest } from '@modelcontextprotocol/server'
import { createNotebook } from './notebook.ts'
import { answer, createSessions } from './sessions.ts'
import { createNotesServer } from './tools.ts'

export interface NotesOptions {
  /** 0 takes a free one. */
  port: number
  /** Told in one line what people who watch may like to see. Default: nothing. */
  log?: (line: string) => void
}

/**
 * Starts an MCP server of notes, on loopback only, for every revision: with sessions up to 2025-11-25, without from 2026-07-28 on.
 * It has no notion of OAuth; the gateway in front tells it who calls. Rejects when the port is taken.
 */
export async function startNotes({
  port,
  log = () => {},
}: NotesOptions): Promise<{ url: string; close(): Promise<void> }> {
  const notebook = createNotebook()
  const build = () => createNotesServer(notebook, log)
  const sessions = createSessions(build)
  const modern = createMcpHandler(build, { legacy: 'reject' })
  const handleModern = toNodeHandler(modern)
  const isLocalHost = localhostHostValidation()
  const isLocalOrigin = localhostOriginValidation()

  async function serve(req: ReceivedRequest, res: ServerResponse): Promise<void> {
    if (!isLocalHost(req, res) || !isLocalOrigin(req, res)) return
    if (new URL(req.url, 'http://localhost').pathname !== '/mcp') return answer(res, 404, 'Only /mcp is here')
    if (req.method !== 'POST') return sessions.handle(req, res)
    const request = await toWebRequest(req)
    const body = parse(await request.text())
    if (body === undefined) return answer(res, 400, 'The body is not JSON')
    await ((await isLegacyRequest(request, body)) ? sessions.handle(req, res, body) : handleModern(req, res, body))
  }

  const server = createServer((req, res) => {
    // The SDK's types want both to be there, as they are in every request that a server receives.
    const request = Object.assign(req, { method: req.method ?? 'GET', url: req.url ?? '/' })
    serve(request, res).catch((cause: unknown) => {
      if (res.headersSent) res.destroy()
      else if (cause instanceof Error && cause.name === 'RequestBodyTooLargeError') answer(res, 413, cause.message)
      else answer(res, 500, 'The server failed')
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port')

  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    async close() {
      await Promise.all([sessions.close(), modern.close()])
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

type ReceivedRequest = IncomingMessage & { method: string; url: string }

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
