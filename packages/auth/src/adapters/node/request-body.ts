import type { IncomingMessage } from 'node:http'
import { BodyReadBeforeError } from '../../authorization-server/plain-http.ts'

/** The body of a request as a web stream that takes no more from the connection than is read of it. */
export function requestBody(req: IncomingMessage): ReadableStream<Uint8Array<ArrayBuffer>> {
  let isListening = false
  let isCancelled = false

  function listen(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    req.on('data', (chunk: Buffer) => {
      if (isCancelled) return
      req.pause()
      controller.enqueue(new Uint8Array(chunk))
    })
    req.once('end', () => {
      if (!isCancelled) controller.close()
    })
    req.once('error', (cause) => controller.error(cause))
    req.once('close', () => {
      if (!req.readableEnded) controller.error(new Error('The connection was closed before the body ended'))
    })
  }

  return new ReadableStream(
    {
      pull(controller) {
        if (!isListening && req.readableEnded) throw new BodyReadBeforeError()
        if (req.destroyed && !req.readableEnded) throw new Error('The connection was closed before the body was read')
        if (!isListening) listen(controller)
        isListening = true
        req.resume()
      },
      cancel() {
        isCancelled = true
      },
    },
    { highWaterMark: 0 },
  )
}

/** Bytes of a body that nobody reads any more which are thrown away before its connection is. */
const mostRest = 8 * 1024 * 1024

/**
 * Frees the connection, which may be a proxy's, for the next request once this one is answered, wherever its reader stopped: Node by itself
 * discards only what nobody began to read.
 */
export function discardRest(req: IncomingMessage): void {
  let left = mostRest
  req.removeAllListeners('data') // that of the stream would stop after each chunk
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) req.destroy()
  })
  req.resume()
}
