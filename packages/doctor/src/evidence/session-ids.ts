import { type Answer, type Exchange, headerOf, type ProbeRequest } from './exchange.ts'

/**
 * The ids of sessions that servers began. Who has one acts in that session, so that inside the doctor a mark stands in its place, as for what
 * is secret in the URL that was typed; what goes out to the origin that gave it has it again.
 */
export interface SessionIds {
  /** The answer with a mark in the place of the id that it gives. */
  hide(answer: Answer, url: URL): Answer
  /** The headers as they go out. */
  reveal(request: ProbeRequest, url: URL): ProbeRequest['headers']
}

/** Of an answer: the session that it began. Of a request: the one that it belongs to (MCP, Streamable HTTP, "Session Management"). */
export const sessionHeader = 'mcp-session-id'

/** The mark of the session that an exchange began; `undefined` where it began none that can be ended. */
export function sessionBegunBy(exchange: Exchange): string | undefined {
  const { request, outcome } = exchange
  const id = headerOf(exchange, sessionHeader)
  const isLetIn = outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300
  return request.method === 'POST' && isLetIn && id !== undefined && isMark.test(id) ? id : undefined
}

const isMark = /^~session(\d+)~$/

export function createSessionIds(): SessionIds {
  const known: { readonly id: string; readonly origin: string }[] = []

  function markOf(id: string, { origin }: URL): string {
    // Others are ids that no client may send back.
    if (!/^[\x21-\x7e]+$/.test(id)) return id
    return `~session${known.push({ id, origin })}~`
  }

  return {
    hide(answer, url) {
      const headers = answer.headers.map(
        ([name, value]) => [name, name === sessionHeader ? markOf(value, url) : value] as const,
      )
      return { ...answer, headers }
    },
    reveal({ headers }, url) {
      const number = Number(isMark.exec(headers[sessionHeader] ?? '')?.[1])
      const session = known[number - 1]
      return session === undefined || session.origin !== url.origin
        ? headers
        : { ...headers, [sessionHeader]: session.id }
    },
  }
}
