import { eventReader, eventsIn, type StreamEvent } from './event-stream.ts'
import { headerOf, type Outcome, type ProbeRequest } from './exchange.ts'
import { isObject, parseJson } from './read-json.ts'

/** Whether an event is the one for which a client waits: the reply to its JSON-RPC request; where it sent none, any that says something. */
export function isAwaited({ body }: ProbeRequest, { data }: StreamEvent): boolean {
  const id = idIn(body)
  if (id === undefined) return data !== ''
  const value = parseJson(data)
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value]
  return messages.some(
    (message) => isObject(message) && message.id === id && ('result' in message || 'error' in message),
  )
}

/** The same over a stream that comes in pieces. */
export function awaitedEventWatch(request: ProbeRequest): (chunk: Buffer) => boolean {
  const read = eventReader()
  // As Latin-1 no character is cut in two, and JSON keeps its shape.
  return (chunk) => read(chunk.toString('latin1')).some((event) => isAwaited(request, event))
}

/** Whether a JSON-RPC request was answered with a stream of events in which its reply did not come while it was listened to. */
export function isSilentStream(request: ProbeRequest, outcome: Outcome): boolean {
  if (outcome.kind === 'failure' || outcome.isWhole || !awaitsReply(request)) return false
  const contentType = headerOf({ id: 0, request, outcome, milliseconds: 0 }, 'content-type') ?? ''
  return isEventStream(contentType) && !eventsIn(outcome.body).some((event) => isAwaited(request, event))
}

export function awaitsReply({ body }: ProbeRequest): boolean {
  return idIn(body) !== undefined
}

export function isEventStream(contentType: string): boolean {
  return /^text\/event-stream\b/i.test(contentType)
}

/** The id of a JSON-RPC request. */
function idIn(body: string | undefined): unknown {
  const message = body === undefined ? undefined : parseJson(body)
  return isObject(message) && typeof message.method === 'string' ? message.id : undefined
}
