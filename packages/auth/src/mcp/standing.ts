import { callsOf, type HeaderReader, type Messages } from './message.ts'

/**
 * Whether the answer to a request is a stream that waits for what may happen: to a GET, or to `subscriptions/listen` (2026-07-28). A header that
 * hides the latter from those who do not read bodies gets the time of other answers. `messages`: what is posted, where it was read.
 */
export function isStanding(
  { method, headers }: { readonly method: string; readonly headers: HeaderReader },
  messages: Messages | undefined,
): boolean {
  if (method === 'GET' || headers.get('mcp-method') === listen) return true
  return messages !== undefined && callsOf(messages).some((call) => call.method === listen)
}

const listen = 'subscriptions/listen'
