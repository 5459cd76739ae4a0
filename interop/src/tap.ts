import { connect, createServer, type Socket } from 'node:net'

/** A forwarder of bytes that keeps what passed. It changes nothing: both sides behave as if it were not there. */
export interface Tap {
  /** On 127.0.0.1. */
  port: number
  /** Where the record stands now. */
  mark(): number
  /** What passed since `mark`, one connection after the other; what follows an answer begins a new line. Default: everything. */
  passed(mark?: number): Passed
  close(): Promise<void>
}

export interface Passed {
  /** Towards the server. */
  sent: string
  /** From the server. */
  received: string
}

/** What taps keep; several may keep one record. */
export interface TapRecord {
  connections: number
  chunks: { connection: number; direction: keyof Passed; text: string }[]
}

/** `target`: the port on 127.0.0.1 that is forwarded to; nothing needs to listen there yet. `record`: default: one of its own. */
export async function startTap(target: number, record: TapRecord = { connections: 0, chunks: [] }): Promise<Tap> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const connection = ++record.connections
    const onward = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true })
    const keep = (direction: keyof Passed) => (chunk: Buffer) =>
      void record.chunks.push({ connection, direction, text: chunk.toString('latin1') })
    client.on('data', keep('sent')).pipe(onward)
    onward.on('data', keep('received')).pipe(client)
    for (const [socket, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        if (socket.errored) other.destroy()
      })
    }
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The tap has no port')
  return {
    port: address.port,
    mark: () => record.chunks.length,
    passed(mark = 0) {
      const chunks = record.chunks.slice(mark).sort((one, other) => one.connection - other.connection)
      const passed: Passed = { sent: '', received: '' }
      let before: (typeof chunks)[number] | undefined
      for (const chunk of chunks) {
        const goesOn = before?.connection === chunk.connection && before.direction === chunk.direction
        passed[chunk.direction] += goesOn ? chunk.text : `\n${chunk.text}`
        before = chunk
      }
      return passed
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
