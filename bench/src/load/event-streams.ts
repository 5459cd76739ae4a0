import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Each event of the upstream has this byte once, and nothing else has it. */
const mark = '~'.charCodeAt(0)

interface Streams {
  sockets: readonly Socket[]
  events: number
  failure: string | undefined
}

const opened = new Map<string, Streams>()

export interface OpenOptions {
  name: string
  port: number
  request: Buffer
  streams: number
}

/** Opens event streams, some at a time; resolves when the first event of each has arrived. */
export async function openStreams({ name, port, request, streams }: OpenOptions): Promise<void> {
  const state: Streams = { sockets: [], events: 0, failure: undefined }
  const sockets: Socket[] = []
  for (let at = 0; at < streams; at += 100)
    await Promise.all(
      Array.from({ length: Math.min(100, streams - at) }, () => openStream(port, request, state, sockets)),
    )
  opened.set(name, Object.assign(state, { sockets }))
}

export async function countEvents({ name, seconds }: { name: string; seconds: number }) {
  const state = opened.get(name)
  if (state === undefined) throw new Error(`No streams are open as "${name}"`)
  const before = state.events
  const startedAt = performance.now()
  await wait(seconds * 1000)
  if (state.failure !== undefined) throw new Error(state.failure)
  return { events: state.events - before, seconds: (performance.now() - startedAt) / 1000 }
}

export function closeStreams(name: string): void {
  const state = opened.get(name)
  opened.delete(name)
  for (const socket of state?.sockets ?? []) socket.destroy()
}

function openStream(port: number, request: Buffer, state: Streams, sockets: Socket[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.write(request))
    let hasBegun = false
    sockets.push(socket)
    socket.on('data', (chunk: Buffer) => {
      if (!hasBegun && !chunk.toString('latin1', 0, 12).endsWith(' 200'))
        reject(new Error(chunk.toString().slice(0, 500)))
      hasBegun = true
      const before = state.events
      for (let at = chunk.indexOf(mark); at !== -1; at = chunk.indexOf(mark, at + 1)) state.events += 1
      if (state.events > before) resolve()
    })
    socket.on('error', reject)
    socket.on('end', () => {
      state.failure = 'A stream ended by itself'
    })
  })
}
