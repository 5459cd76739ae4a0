import { type McpServer, parseJSONRPCMessage } from '@modelcontextprotocol/server'
import type { RequestInfo } from '@portcullis/auth/next'
import { createSseTransport, type SseTransport } from './sse-transport.ts'

/**
 * Serves the transport of 2024-11-05 at one URL, messages included: what a token is good for is that URL, and so there is one guard in front of both.
 * Connections live in this process: where there are several, a proxy must send a client to the same one.
 */
export function createSseHandler(createServer: () => McpServer) {
  const sessions = new Map<string, Session>()

  async function open(request: Request, owner: Owner): Promise<Response> {
    const { pathname } = new URL(request.url)
    const transport = createSseTransport((sessionId) => `${pathname}?session=${sessionId}`)
    const { sessionId } = transport
    sessions.set(sessionId, { transport, owner })
    const theirs = [...sessions.values()].filter((session) => isSame(session.owner, owner))
    if (theirs.length > mostPerOwner) await theirs[0]?.transport.close()
    await createServer().connect(transport)
    const { onclose } = transport
    transport.onclose = () => {
      sessions.delete(sessionId)
      onclose?.()
    }
    return new Response(transport.stream, { headers: streamHeaders })
  }

  async function receive(request: Request, { authInfo, accessToken }: RequestInfo): Promise<Response> {
    const sessionId = new URL(request.url).searchParams.get('session')
    // A client that tries the newer transport first goes on to this one when it is told so.
    if (sessionId === null) return refusal(405, 'Open the stream first, by GET', { allow: 'GET' })
    const session = sessions.get(sessionId)
    if (session === undefined || !isSame(session.owner, accessToken)) return refusal(404, 'There is no such session')
    const message = await parsed(request)
    if (message === undefined) return refusal(400, 'The body is no JSON-RPC message')
    session.transport.onmessage?.(message, { authInfo, request })
    return new Response(undefined, { status: 202 })
  }

  return async (request: Request, info: RequestInfo): Promise<Response> => {
    if (request.method === 'GET') return open(request, info.accessToken)
    if (request.method === 'POST') return receive(request, info)
    return refusal(405, 'GET opens the stream, and POST sends a message', { allow: 'GET, POST' })
  }
}

interface Session {
  transport: SseTransport
  owner: Owner
}

/** Whose a connection is; no token of anybody else can speak on it (law 12). */
interface Owner {
  subject: string
  clientId?: string
}

const mostPerOwner = 10

// "no-transform": compression would keep messages back until there are enough of them.
const streamHeaders = { 'content-type': 'text/event-stream', 'cache-control': 'no-store, no-transform' }

function isSame(one: Owner, other: Owner): boolean {
  return one.subject === other.subject && one.clientId === other.clientId
}

async function parsed(request: Request) {
  try {
    return parseJSONRPCMessage(await request.json())
  } catch {
    return undefined
  }
}

function refusal(status: number, message: string, headers: Record<string, string> = {}): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code: -32000, message } }, { status, headers })
}
