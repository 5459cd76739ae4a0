import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'

/** The tool call that the "model" makes in its first turn. */
export interface ScriptedCall {
  /** What the client calls the MCP server. */
  server: string
  tool: string
  arguments: Readonly<Record<string, unknown>>
}

/** What the client told the model of the call: the text is exactly what a model would have read. */
export interface ToolReport {
  text: string
  isError: boolean
}

/** One dialect of model API: from the body of a request to the next thing the model says. */
export interface Dialect {
  /** The path whose POSTs are turns of the model; anything else is answered 404. */
  path: string
  /** The result of the scripted call, once the conversation holds it. */
  reportIn(body: unknown): ToolReport | undefined
  /** The server-sent events that make the call; `undefined` when the client did not offer the tool. */
  call(body: unknown, call: ScriptedCall): readonly StreamEvent[] | undefined
  /** The server-sent events of a closing text. */
  say(body: unknown, text: string): readonly StreamEvent[]
}

export interface StreamEvent {
  type: string
  [field: string]: unknown
}

export interface ModelStandIn {
  /** Where the client must look for its model, without a path. */
  url: string
  /** What the client reported of the call; `undefined` when it never did. */
  report(): ToolReport | undefined
  /** What happened, one line each, for a failure's text. */
  journal: readonly string[]
  close(): Promise<void>
}

/** Listens on loopback and speaks `dialect`: first the scripted call, then, once its result came, a closing text. */
export async function startModelStandIn(dialect: Dialect, call: ScriptedCall): Promise<ModelStandIn> {
  const journal: string[] = []
  let report: ToolReport | undefined
  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').split('?')[0]
    journal.push(`${request.method} ${path}`)
    if (request.method !== 'POST' || path !== dialect.path) return void response.writeHead(404).end()
    const body = await readJson(request)
    report ??= dialect.reportIn(body)
    const calling = report === undefined ? dialect.call(body, call) : undefined
    if (report === undefined && calling === undefined) journal.push(`the client did not offer ${call.tool}`)
    stream(response, calling ?? dialect.say(body, 'Done.'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The stand-in has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    report: () => report,
    journal,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}

function stream(response: ServerResponse, events: readonly StreamEvent[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  for (const event of events) response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  response.end()
}
