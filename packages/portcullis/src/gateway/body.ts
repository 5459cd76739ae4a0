import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Place } from './admission.ts'
import { bodyBrokeOff, bodyTimedOut, bodyTooLarge, RefusalError, tooMuchHeld } from './refusal.ts'

/** The body of a request: there already, or still arriving; or why it is not taken. */
export type Body = Buffer | Readable | BodyRefusal

/** Thrown, too, by a body that is passed on while it arrives. */
export class BodyRefusal extends RefusalError {
  override readonly name = 'BodyRefusal'
}

export interface BodyOptions {
  /** Bytes. */
  limit: number
  /** Seconds until all of it must have arrived. */
  timeout: number
}

/** The body of a request, whole where that is quicker than to pass it on while it arrives; never more than the limit. */
export function takeBody(req: IncomingMessage, options: BodyOptions, place: Pick<Place, 'hold'>): Body | Promise<Body> {
  const declared = declaredLength(req)
  if (declared > options.limit) return new BodyRefusal(bodyTooLarge)
  return declared <= small ? takeWholeBody(req, options, place) : arrivingBody(req, options)
}

/** The whole body of a request; or why it is not taken. */
export function takeWholeBody(
  req: IncomingMessage,
  options: BodyOptions,
  place: Pick<Place, 'hold'>,
): Buffer | BodyRefusal | Promise<Buffer | BodyRefusal> {
  const declared = declaredLength(req)
  if (declared > options.limit) return new BodyRefusal(bodyTooLarge)
  // Most come in one packet with their head: no listeners, no timer, and so small that their number is limit enough.
  if (declared <= small && req.readableLength === declared) return req.read(declared) ?? Buffer.alloc(0) // without the length, Node 26 gives one part of it
  return collect(arrivingBody(req, options), place)
}

const small = 64 * 1024

/** Not a number where the length is not known before the end. */
function declaredLength({ headers }: IncomingMessage): number {
  const length = headers['content-length']
  if (length !== undefined) return Number(length)
  return headers['transfer-encoding'] === undefined ? 0 : Number.NaN
}

async function collect(body: Readable, place: Pick<Place, 'hold'>): Promise<Buffer | BodyRefusal> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of body) {
      if (!place.hold(chunk)) return new BodyRefusal(tooMuchHeld)
      chunks.push(chunk)
    }
  } catch (error) {
    if (error instanceof BodyRefusal) return error
    throw error
  }
  return Buffer.concat(chunks)
}

/** Stands between the request and its reader, so that whatever ends this leaves the request to be answered. */
function arrivingBody(req: IncomingMessage, { limit, timeout }: BodyOptions): Readable {
  let length = 0
  const timer = setTimeout(() => body.destroy(new BodyRefusal(bodyTimedOut)), timeout * 1000)
  const body = new Readable({
    read() {
      req.resume()
    },
    destroy(error, done) {
      clearTimeout(timer)
      req.off('data', onData).off('end', onEnd).off('close', onClose)
      done(error)
    },
  })
  function onData(chunk: Buffer): void {
    length += chunk.length
    if (length > limit) body.destroy(new BodyRefusal(bodyTooLarge))
    else if (!body.push(chunk)) req.pause()
  }
  function onEnd(): void {
    clearTimeout(timer)
    body.push(null)
  }
  function onClose(): void {
    if (!req.complete) body.destroy(new BodyRefusal(bodyBrokeOff))
  }
  body.on('error', () => {}) // its reader hears of it, if there is one already or still
  req.on('data', onData).on('end', onEnd).on('close', onClose)
  if (req.destroyed) onClose()
  return body
}
