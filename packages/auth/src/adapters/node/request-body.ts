import type { IncomingMessage } from 'node:http'

/**
 * The body of a request as a web stream that takes nothing from the connection before it is read. What nobody reads, Node then discards once
 * the answer is sent, and the connection is free for the next request. (`Readable.toWeb` reads at once, stops when nobody takes it, and
 * so holds up all that follows on the connection, be it of others who share a proxy.)
 */
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
        if (req.destroyed && !req.readableEnded) throw new Error('The connection was closed before the body was read')
        if (!isListening) listen(controller)
        isListening = true
        req.resume()
      },
      cancel() {
        isCancelled = true
        req.resume()
      },
    },
    { highWaterMark: 0 },
  )
}
