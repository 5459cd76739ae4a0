import { eventsIn } from './event-stream.ts'
import { type Exchange, headerOf } from './exchange.ts'
import { isObject, parseJson, stringIn } from './read-json.ts'
import { readOnce } from './read-once.ts'

/** What a JSON-RPC answer says, in a body or in a stream of events. */
export type Reply =
  | { readonly kind: 'result' }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }

export const readReply = readOnce(replyOf)

function replyOf(exchange: Exchange): Reply | undefined {
  const { outcome } = exchange
  if (outcome.kind !== 'answer') return undefined
  const isStream = headerOf(exchange, 'content-type')?.toLowerCase().startsWith('text/event-stream') ?? false
  for (const text of isStream ? eventsIn(outcome.body).map(({ data }) => data) : [outcome.body]) {
    const reply = replyIn(parseJson(text))
    if (reply !== undefined) return reply
  }
  return undefined
}

function replyIn(value: unknown): Reply | undefined {
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value]
  const message = messages.find((each) => isObject(each) && ('result' in each || 'error' in each))
  if (!isObject(message) || message.jsonrpc !== '2.0') return undefined
  if ('result' in message) return { kind: 'result' }
  if (!isObject(message.error)) return undefined
  const { code } = message.error
  return { kind: 'error', code: typeof code === 'number' ? code : 0, message: stringIn(message.error.message) ?? '' }
}
