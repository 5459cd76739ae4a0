import type { IncomingMessage } from 'node:http'
import type { Readable, Transform } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { awaitedEventWatch, isEventStream } from './awaited-event.ts'
import type { ProbeRequest } from './exchange.ts'

export interface Body {
  readonly text: string
  readonly isWhole: boolean
}

/** Bytes that are read at the most, unpacked. */
const longestBody = 65_536

/** Bytes that are read at the most as they come: what is packed can be nothing without end. */
const longestPacked = 4 * longestBody

/** Pieces that are taken at the most: each costs, however small. */
const mostChunks = 4096

export interface ReadBodyOptions {
  /** What was asked: a stream of events is read until the reply to it is there. */
  request: ProbeRequest
  /** Ends the reading of a stream of events with what there is. */
  enough: AbortSignal
}

/**
 * The beginning of a body, as UTF-8; of a stream of events what came until the awaited one (`awaited-event.ts`), or until it is enough. Rejects
 * when it is cut off or malformed; who waits too long for another body destroys the answer.
 */
export async function readBody(answer: IncomingMessage, { request, enough }: ReadBodyOptions): Promise<Body> {
  const isStream = isEventStream(answer.headers['content-type'] ?? '')
  const source = unpacked(answer)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const hasAwaited = awaitedEventWatch(request)
    const stopListening = () => finish(false)
    let length = 0
    let received = 0
    if (isStream) enough.addEventListener('abort', stopListening)

    function take(chunk: Buffer): void {
      chunks.push(chunk)
      length += chunk.length
      const isHeard = isStream && hasAwaited(chunk)
      if (length > longestBody || chunks.length >= mostChunks || isHeard) finish(false)
    }

    function finish(isWhole: boolean): void {
      enough.removeEventListener('abort', stopListening)
      if (!isWhole) stop()
      const bytes = Buffer.concat(chunks).subarray(0, longestBody)
      resolve({ text: new TextDecoder().decode(bytes), isWhole })
    }

    function fail(error: Error): void {
      enough.removeEventListener('abort', stopListening)
      stop()
      reject(error)
    }

    function stop(): void {
      source.off('data', take)
      // What is packed small may be unpacked for minutes.
      source.destroy()
      answer.destroy()
    }

    answer.on('data', (chunk: Buffer) => {
      received += chunk.length
      if (received > longestPacked) finish(false)
    })
    source.on('data', take)
    source.on('end', () => finish(true))
    // An answer without a body, as to HEAD, says how the body would be packed.
    source.on('error', (error) => (received === 0 ? finish(true) : fail(error)))
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
