import { eventsIn } from '../../evidence/event-stream.ts'
import { type Exchange, headerOf } from '../../evidence/exchange.ts'
import { parseJson } from '../../evidence/read-json.ts'
import { readOnce } from '../../evidence/read-once.ts'
import { isObject, type JsonObject, readJson } from './json-document.ts'

/** What a client of JSON-RPC makes of an answer of status 2xx to its request. */
export type Reply =
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  /** A stream of events that had not brought an answer yet when the evidence was taken. */
  | { readonly kind: 'open_stream' }
  | { readonly kind: 'other'; readonly contentType: string | undefined }

export const readReply = readOnce(replyOf)

function replyOf(exchange: Exchange): Reply {
  const contentType = headerOf(exchange, 'content-type')
  switch (contentType?.split(';')[0]?.trim().toLowerCase()) {
    case 'application/json': {
      const document = readJson(exchange)
      return (document.kind === 'value' ? replyIn(document.value) : undefined) ?? { kind: 'other', contentType }
    }
    case 'text/event-stream':
      return replyInEvents(exchange) ?? { kind: 'open_stream' }
    default:
      return { kind: 'other', contentType }
  }
}

function replyInEvents({ outcome }: Exchange): Reply | undefined {
  if (outcome.kind !== 'answer') return undefined
  for (const { data } of eventsIn(outcome.body)) {
    const reply = replyIn(parseJson(data))
    if (reply !== undefined) return reply
  }
  return undefined
}

function replyIn(value: unknown): Reply | undefined {
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value]
  const message = messages.find((each) => isObject(each) && ('result' in each || 'error' in each))
  if (!isObject(message) || message.jsonrpc !== '2.0') return undefined
  if ('result' in message) return { kind: 'result', result: message.result }
  const error = message.error
  return isObject(error) ? errorIn(error) : undefined
}

function errorIn({ code, message }: JsonObject): Reply | undefined {
  if (typeof code !== 'number') return undefined
  return { kind: 'error', code, message: typeof message === 'string' ? message : '' }
}
