import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http'
import { Socket } from 'node:net'
import { type ConnectionEvent, requestRefused } from '@portcullis/auth/protocol'
import type { ClientAddressReader } from './client-address.ts'
import type { Connections } from './connections.ts'
import { contextOf, runInRequest } from './request-context.ts'

export interface BareRefusalsOptions {
  connections: Connections
  clientAddress: ClientAddressReader
  onEvent: (event: ConnectionEvent) => void
}

type Refusal = Pick<Extract<ConnectionEvent, { type: 'request_refused' }>, 'status' | 'reason' | 'detail'>

/** Refuses in Node's place, and as it would, what never becomes a request to route: Node itself tells nobody. */
export function refuseInPlaceOfNode(
  server: Server,
  { connections, clientAddress, onEvent }: BareRefusalsOptions,
): void {
  const contextOfRequest = (req: IncomingMessage) =>
    contextOf(req.socket, { clientAddress: clientAddress(req), httpVersion: req.httpVersion })
  server.on('checkExpectation', (req: IncomingMessage, res: ServerResponse) =>
    runInRequest(contextOfRequest(req), () => refuse(req, res, unmetExpectation, onEvent)),
  )
  server.on('connect', (req: IncomingMessage) => {
    const { socket } = req
    socket.on('error', () => {}) // from here on it is nobody else's
    runInRequest(contextOfRequest(req), () => onEvent(requestRefused({ method: 'CONNECT', path: '' }, noProxy)))
    socket.end(headOf(noProxy), () => socket.destroy())
  })
  server.on('clientError', (error: Error, socket) => {
    const refusal = refusalOfError(error)
    if (refusal === undefined || !(socket instanceof Socket) || !socket.writable) {
      socket.destroy()
      return
    }
    runInRequest(contextOf(socket, { clientAddress: socket.remoteAddress, httpVersion: undefined }), () =>
      onEvent(requestRefused({ method: '', path: '' }, refusal)),
    )
    if (connections.isUnanswered(socket)) socket.end(headOf(refusal), () => socket.destroy())
    else socket.destroy()
  })
}

/** Refuses a request that names no host (RFC 9112 §3.2), and says whether it did. */
export function refuseWithoutHost(
  req: IncomingMessage,
  res: ServerResponse,
  onEvent: BareRefusalsOptions['onEvent'],
): boolean {
  if (req.headers.host !== undefined || req.httpVersion !== '1.1') return false
  refuse(req, res, noHost, onEvent)
  return true
}

function refuse(
  { method = '', url = '' }: IncomingMessage,
  res: ServerResponse,
  refusal: Refusal,
  onEvent: BareRefusalsOptions['onEvent'],
): void {
  onEvent(requestRefused({ method, path: url.startsWith('/') ? url : '' }, refusal))
  res.writeHead(refusal.status, { connection: 'close' }).end()
}

/** `undefined` where the connection itself broke, and nobody is there to be refused. */
function refusalOfError(error: Error): Refusal | undefined {
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'HPE_HEADER_OVERFLOW') return headTooLong
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return extensionsTooLong
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return tooSlow
  if (!code.startsWith('HPE_')) return undefined
  const [first] = 'rawPacket' in error && error.rawPacket instanceof Uint8Array ? error.rawPacket : []
  return first === tlsHandshake ? notPlain : { ...malformed, detail: `${malformed.detail} (${error.message})` }
}

const tlsHandshake = 0x16

function headOf({ status }: Refusal): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`
}

const noHost: Refusal = { status: 400, reason: 'no_host', detail: 'The request names no host' }
const malformed: Refusal = { status: 400, reason: 'malformed_http', detail: 'What came is not HTTP/1.1' }
const notPlain: Refusal = {
  status: 400,
  reason: 'tls_on_plain_port',
  detail: 'The client speaks TLS, but no https is spoken at this port; a proxy in front must',
}
const tooSlow: Refusal = { status: 408, reason: 'request_timed_out', detail: 'The request did not arrive in time' }
const noProxy: Refusal = {
  status: 405,
  reason: 'method_not_allowed',
  detail: 'Nobody is connected to elsewhere from here',
}
const extensionsTooLong: Refusal = {
  status: 413,
  reason: 'chunk_extensions_too_long',
  detail: 'The extensions of a chunk of the body are too long',
}
const unmetExpectation: Refusal = {
  status: 417,
  reason: 'unmet_expectation',
  detail: 'The request expects something other than 100-continue',
}
const headTooLong: Refusal = { status: 431, reason: 'head_too_long', detail: 'The headers of the request are too long' }
