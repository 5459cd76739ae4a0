import type { ServerResponse } from 'node:http'
import { isStream } from '../is-stream.ts'
import { sendStream } from './send-stream.ts'

/** Sends an answer: its length told, or, where it has no end of its own (events, lines), each piece as it comes. */
export async function sendResponse(response: Response, res: ServerResponse): Promise<void> {
  if (response.body !== null && isStream(response)) {
    for (const [name, value] of response.headers) res.appendHeader(name, value)
    res.writeHead(response.status)
    return sendStream(response.body, res)
  }
  const body = response.body === null ? undefined : await bodyOf(response)
  if (body !== undefined) res.setHeader('content-length', Buffer.byteLength(body))
  for (const [name, value] of response.headers) res.appendHeader(name, value)
  res.writeHead(response.status).end(body)
}

/** Text as text: Node sends it in one piece with the head. */
async function bodyOf(response: Response): Promise<string | Uint8Array> {
  const isText = /^(?:text\/|application\/json)/.test(response.headers.get('content-type') ?? '')
  return isText ? response.text() : new Uint8Array(await response.arrayBuffer())
}

/** Whatever was thrown, it ends one request and never the process. */
export function fail(res: ServerResponse): void {
  if (res.headersSent) res.destroy()
  else res.writeHead(500).end()
}
