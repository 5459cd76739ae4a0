import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

export interface Body {
  readonly text: string
  readonly isWhole: boolean
}

/** Bytes that are read at the most, unpacked. */
const longestBody = 65_536

/** Milliseconds that a stream of events is listened to. */
const longestListening = 300

/** The beginning of a body, as UTF-8. Rejects when it is cut off or malformed; who waits too long destroys the answer. */
export function readBody(answer: IncomingMessage): Promise<Body> {
  const isEventStream = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '')
  const source = unpacked(answer)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const timer = isEventStream ? setTimeout(() => finish(false), longestListening) : undefined

    function take(chunk: Buffer): void {
      chunks.push(chunk)
      length += chunk.length
      if (length > longestBody || (isEventStream && hasEvent(chunks))) finish(false)
    }

    function finish(isWhole: boolean): void {
      clearTimeout(timer)
      if (!isWhole) stop()
      const bytes = Buffer.concat(chunks).subarray(0, longestBody)
      resolve({ text: new TextDecoder().decode(bytes), isWhole })
    }

    function fail(error: Error): void {
      clearTimeout(timer)
      stop()
      reject(error)
    }

    function stop(): void {
      source.off('data', take)
      // What is packed small may be unpacked for minutes.
      source.destroy()
      answer.destroy()
    }

    source.on('data', take)
    source.on('end', () => finish(true))
    source.on('error', fail)
    answer.on('error', fail)
  })
}

/** Servers that compress although nobody asked them: clients unpack that. */
function unpacked(answer: IncomingMessage): Readable {
  const unpack = unpackers[answer.headers['content-encoding']?.toLowerCase() ?? '']?.()
  return unpack === undefined ? answer : answer.pipe(unpack)
}

const unpackers: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

function hasEvent(chunks: readonly Buffer[]): boolean {
  return /^data:.*(?:\r?\n)(?:\r?\n)/m.test(Buffer.concat(chunks).toString())
}
