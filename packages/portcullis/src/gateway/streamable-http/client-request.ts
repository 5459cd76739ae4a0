import { type Call, callsOf, type Messages, parseMessages } from '@portcullis/auth/mcp'
import type { UpstreamRequest } from '../upstream.ts'
import { modernVersion } from './revisions.ts'
import { isRecord } from './server-message.ts'

/** What the answer to a request looks like. */
export function shapeOf({ head, messages }: UpstreamRequest): { takesStream: boolean; expected: number } {
  const requests = messages === undefined ? [] : callsOf(messages).filter(({ kind }) => kind === 'request')
  return {
    takesStream: /text\/event-stream|text\/\*|\*\/\*/i.test(head.headers.get('accept') ?? ''),
    expected: head.method === 'GET' ? Number.POSITIVE_INFINITY : requests.length,
  }
}

/** The revision without sessions that a body is of; `undefined` where it claims none (2026-07-28, versioning). */
export function claimOf(messages: Messages): string | undefined {
  for (const { params } of callsOf(messages)) {
    const meta = params?._meta
    const version = isRecord(meta) ? meta[versionKey] : undefined
    if (typeof version === 'string' && version >= modernVersion) return version
  }
  return undefined
}

/** Whether a session is to be opened. */
export function isOpening(messages: Messages | undefined): boolean {
  return messages !== undefined && !messages.isBatch && firstCall(messages)?.method === 'initialize'
}

export function firstCall(messages: Messages | undefined): Call | undefined {
  const [first] = messages?.messages ?? []
  return first?.kind === 'request' ? first : undefined
}

/** What a body says, where nobody had to know before. */
export function messagesOf({ messages, body, head }: UpstreamRequest): Messages | undefined {
  if (messages !== undefined || !Buffer.isBuffer(body)) return messages
  const parsed = parseMessages(body, head.headers)
  return parsed.kind === 'messages' ? parsed : undefined
}

export function textOf({ body }: UpstreamRequest): string {
  return Buffer.isBuffer(body) ? body.toString() : ''
}

/** Ids that look alike are not: 1 and "1" are two requests. */
export function keyOf(id: unknown): string {
  return JSON.stringify(id) ?? ''
}

export const versionKey = 'io.modelcontextprotocol/protocolVersion'
