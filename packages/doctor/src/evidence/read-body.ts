import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

export interface Body {
  readonly text: string
  readonly isWhole: boolean
}

/** Bytes that are read at the most, unpacked. */
const longestBody = 65_536

/** Pieces that are taken at the most: each costs, however small. */
const mostChunks = 4096

/** Milliseconds that a stream of events is listened to. */
const longestListening = 300

/** The beginning of a body, as UTF-8. Rejects when it is cut off or malformed; who waits too long destroys the answer. */
export async function readBody(answer: IncomingMessage): Promise<Body> {
  const endsAt = performance.now() + longestListening
  const isEventStream = /^text\/event-stream\b/i.test(answer.headers['content-type'] ?? '')
  const source = unpacked(answer)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const hasEvent = eventWatch()
    let length = 0
    const timer = isEventStream ? setTimeout(() => finish(false), longestListening) : undefined

    function take(chunk: Buffer): void {
      chunks.push(chunk)
      length += chunk.length
      const isHeard = isEventStream && (hasEvent(chunk) || performance.now() > endsAt)
      if (length > longestBody || chunks.length >= mostChunks || isHeard) finish(false)
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
  const unpack = unpackers.get(answer.headers['content-encoding']?.toLowerCase() ?? '')?.()
  return unpack === undefined ? answer : answer.pipe(unpack)
}

// A server chooses the key: an object would find `constructor` too.
const unpackers: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

/** Whether an event with data has ended. Each byte is looked at once, however the stream is cut into pieces. */
function eventWatch(): (chunk: Buffer) => boolean {
  let line = ''
  let isAfterData = false
  return (chunk) => {
    for (const character of chunk.toString('latin1')) {
      if (character === '\n') {
        if (line === '' && isAfterData) return true
        isAfterData = line === 'data:'
        line = ''
      } else if (character !== '\r' && line.length < 'data:'.length) line += character
    }
    return false
  }
}
