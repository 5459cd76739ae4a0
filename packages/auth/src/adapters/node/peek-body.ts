import type { IncomingMessage } from 'node:http'
import { BodyReadError } from '../body-read-error.ts'

/**
 * The whole body of a request, which stays in the request for whoever reads next: `express.json()`, a parser of Fastify's, the SDK. `too_long` as
 * soon as it has more than `longest` bytes. Rejects where the connection breaks before its end. Throws where somebody has read it already.
 */
export function peekBody(
  req: IncomingMessage,
  longest: number,
): Uint8Array | 'too_long' | Promise<Uint8Array | 'too_long'> {
  if (req.readableDidRead) throw new BodyReadError()
  const declared = declaredLength(req)
  if (declared === 0) return new Uint8Array()
  if (declared > longest) return 'too_long'
  return isWhole(req) ? peekAll(req, longest) : peekAsItComes(req, longest)
}

/** Not a number where the length is not known before the end. */
function declaredLength({ headers, httpVersionMajor }: IncomingMessage): number {
  const length = headers['content-length']
  if (length !== undefined) return Number(length)
  // Over HTTP/2 a body needs no header.
  return headers['transfer-encoding'] === undefined && httpVersionMajor < 2 ? 0 : Number.NaN
}

/** Whether all has arrived, read or not. The compatibility layer of HTTP/2 says so in another place. */
function isWhole(req: IncomingMessage & { stream?: { readableEnded: boolean } }): boolean {
  return req.complete || req.stream?.readableEnded === true
}

function peekAll(req: IncomingMessage, longest: number): Uint8Array | 'too_long' {
  if (req.readableLength > longest) return 'too_long'
  return putBack(req, take(req))
}

function peekAsItComes(req: IncomingMessage, longest: number): Promise<Uint8Array | 'too_long'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0

    function onReadable(): void {
      if (req.readableLength > 0) {
        const chunk = take(req)
        chunks.push(chunk)
        length += chunk.length
      }
      if (length > longest) finish('too_long')
      // Not by 'end': once that was told, nobody behind would hear of it.
      else if (isWhole(req)) finish(putBack(req, Buffer.concat(chunks)))
    }
    function onClose(): void {
      stopListening()
      reject(new Error('The connection was closed before the body ended'))
    }
    function finish(result: Uint8Array | 'too_long'): void {
      stopListening()
      resolve(result)
    }
    function stopListening(): void {
      req.off('readable', onReadable).off('close', onClose).off('error', onClose)
    }

    req.on('readable', onReadable).on('close', onClose).on('error', onClose)
    if (req.destroyed) onClose()
  })
}

/** Everything that has arrived. Without the length, some releases of Node give one part of it. */
function take(req: IncomingMessage): Buffer {
  return req.read(req.readableLength) ?? Buffer.alloc(0)
}

/** Within the turn in which it was taken, since the end of the stream is told in the next one if nothing is left in it. */
function putBack(req: IncomingMessage, body: Buffer): Buffer {
  if (body.length > 0) req.unshift(body)
  return body
}
