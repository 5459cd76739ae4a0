import { createServer, type ServerResponse } from 'node:http'
import { listen } from './listening.ts'
import { answerCall } from './mcp-answer.ts'

/**
 * An MCP server that does next to nothing: what stands in front of it is what is measured. A POST is answered by a small JSON, a GET by events:
 * `?every=MS` sends one to each stream at that pace, `?flood` as many as it takes, and without either only the first.
 */
const event = `data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":1,"message":"${'x'.repeat(80)}~"}}\n\n`

const server = createServer((req, res) => {
  if (req.method === 'POST') return answerCall(req, res)
  const { searchParams } = new URL(req.url ?? '/', 'http://upstream')
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
  res.write(event)
  const every = searchParams.get('every')
  if (every !== null) pace(res, Number(every))
  else if (searchParams.has('flood')) flood(res)
})
listen(server)

function pace(res: ServerResponse, every: number): void {
  const timer = setInterval(() => res.write(event), every)
  res.on('close', () => clearInterval(timer))
}

/** One event to a turn of the event loop, as node would send those of one turn together; a stream that is full waits. */
function flood(res: ServerResponse): void {
  if (res.destroyed) return
  if (res.write(event)) setImmediate(flood, res)
  else res.once('drain', () => flood(res))
}
