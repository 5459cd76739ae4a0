import type { IncomingMessage, ServerResponse } from 'node:http'

const answer = {
  jsonrpc: '2.0',
  id: 1,
  result: { content: [{ type: 'text', text: 'You are alice, through the client bench.' }] },
}

/** What every server of these tables does once it has let a request in: reads the body to its end and answers a small JSON. */
export function answerCall(req: IncomingMessage, res: ServerResponse): void {
  req.resume().on('end', () => {
    const body = JSON.stringify(answer)
    res.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
  })
}
