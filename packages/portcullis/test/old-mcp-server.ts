import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { bodyOf } from './gateway-scene.ts'

/** A server of MCP 2024-11-05 over HTTP+SSE, as such servers are: a stream for each session, and an address for what it is told. */
export interface OldMcpServer {
  listener: RequestListener
  /** What came, the first one first. */
  requests: { method: string; url: string; headers: IncomingMessage['headers']; message: Message | undefined }[]
  /** The streams that are open, by session. */
  streams: Map<string, ServerResponse>
  /** Says a message on a stream. */
  say(session: string, message: object): void
  /** Resolves when a message of that method has come, now or later. */
  told(method: string): Promise<Message>
}

interface Message {
  id?: unknown
  method?: string
  params?: Record<string, unknown>
  result?: unknown
}

/** `endpoint`: what it names as its address. */
export function oldMcpServer({
  endpoint = (session: string) => `/messages?session_id=${session}`,
}: {
  endpoint?: (session: string) => string
} = {}): OldMcpServer {
  const requests: OldMcpServer['requests'] = []
  const streams = new Map<string, ServerResponse>()
  const waiting = new Set<() => void>()

  const listener: RequestListener = async (req, res) => {
    const body = req.method === 'POST' ? await bodyOf(req) : ''
    const message: Message | undefined = body === '' ? undefined : JSON.parse(body)
    requests.push({ method: req.method ?? '', url: req.url ?? '', headers: req.headers, message })
    for (const look of waiting) look()
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://old.example')
    if (req.method === 'GET' && pathname !== '/messages') return open(res)
    if (req.method === 'POST' && pathname === '/messages' && message !== undefined)
      return take(searchParams.get('session_id') ?? '', message, res)
    res.writeHead(405).end('Method Not Allowed')
  }

  function open(res: ServerResponse): void {
    const session = randomUUID()
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    res.write(`event: endpoint\r\ndata: ${endpoint(session)}\r\n\r\n`)
    streams.set(session, res)
    res.on('close', () => streams.delete(session))
  }

  function take(session: string, message: Message, res: ServerResponse): void {
    const isKnown = streams.has(session)
    res.writeHead(isKnown ? 202 : 404).end(isKnown ? 'Accepted' : 'Could not find session')
    const result = resultOf(message)
    if (result !== undefined) say(session, { id: message.id, result })
  }

  function say(session: string, message: object): void {
    streams.get(session)?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', ...message })}\n\n`)
  }

  return {
    listener,
    requests,
    streams,
    say,
    told(method) {
      return new Promise((resolve) => {
        const look = () => {
          const found = requests.find(({ message }) => message?.method === method)?.message
          if (found === undefined) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
      })
    },
  }
}

/** `undefined` of what is not answered, as of a call that takes long. */
function resultOf({ method, params }: Message): object | undefined {
  switch (method) {
    case 'initialize':
      return { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo }
    case 'tools/list':
      return params?.cursor === undefined ? { tools: [tool] } : undefined
    case 'tools/call':
      return params?.name === 'echo'
        ? { content: [{ type: 'text', text: JSON.stringify(params.arguments) }] }
        : undefined
    case 'ping':
      return {}
    default:
      return undefined
  }
}

const serverInfo = { name: 'old', version: '1.0.0' }
const tool = { name: 'echo', inputSchema: { type: 'object' } }
