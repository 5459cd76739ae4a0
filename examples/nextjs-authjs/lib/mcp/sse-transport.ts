import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/server'

/** One connection of the transport of 2024-11-05: what the server says is one stream; what the client says is posted. */
export interface SseTransport extends Transport {
  sessionId: string
  stream: ReadableStream<Uint8Array>
}

/** `messagesAt`: where the client is to post, as the stream's first event tells it. */
export function createSseTransport(messagesAt: (sessionId: string) => string): SseTransport {
  const sessionId = crypto.randomUUID()
  const encoder = new TextEncoder()
  let isOpen = true
  let write = (_text: string) => {}
  let end = () => {}

  function close(): void {
    if (!isOpen) return
    isOpen = false
    clearInterval(alive)
    end()
    transport.onclose?.()
  }
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      write = (text) => controller.enqueue(encoder.encode(text))
      end = () => controller.close()
      write(`event: endpoint\ndata: ${messagesAt(sessionId)}\n\n`)
    },
    cancel() {
      end = () => {} // nobody reads any more
      close()
    },
  })
  // Proxies close what is silent.
  const alive = setInterval(() => write(': alive\n\n'), 15_000)
  alive.unref()

  const transport: SseTransport = {
    sessionId,
    stream,
    async start() {},
    async send(message: JSONRPCMessage) {
      if (!isOpen) throw new Error('The connection is closed')
      write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
    },
    async close() {
      close()
    },
  }
  return transport
}
