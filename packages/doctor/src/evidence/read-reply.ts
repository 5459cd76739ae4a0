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
  for (const text of isStream ? eventsIn(outcome.body) : [outcome.body]) {
    const reply = replyIn(parseJson(text))
    if (reply !== undefined) return reply
  }
  return undefined
}

function eventsIn(body: string): readonly string[] {
  return body.split(/\r?\n\r?\n/).map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice('data:'.length))
      .join('\n'),
  )
}

function replyIn(value: unknown): Reply | undefined {
  const message = Array.isArray(value) ? value.find(isObject) : value
  if (!isObject(message) || message.jsonrpc !== '2.0') return undefined
  if ('result' in message) return { kind: 'result' }
  if (!isObject(message.error)) return undefined
  const { code } = message.error
  return { kind: 'error', code: typeof code === 'number' ? code : 0, message: stringIn(message.error.message) ?? '' }
}
