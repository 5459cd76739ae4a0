/** The headers of a request; those of a `Request` are one. */
export interface HeaderReader {
  get(name: string): string | null
}

/** A request or a notification: something that the caller wants done. */
export interface Call {
  readonly kind: 'request' | 'notification'
  /** Of a request only. */
  readonly id: string | number | undefined
  readonly method: string
  /** What the method is about: the tool, the prompt, the URI of the resource, the task. `undefined` where the method has none, or where it is not a string. */
  readonly name: string | undefined
  readonly params: Readonly<Record<string, unknown>> | undefined
}

/** An answer to a request of the server's (revisions before 2026-07-28). */
export interface Answer {
  readonly kind: 'response'
}

/** What the body of one POST says. */
export interface Messages {
  readonly kind: 'messages'
  /** Whether they stood in an array (revision 2025-03-26), be it of one. */
  readonly isBatch: boolean
  /** At least one. */
  readonly messages: readonly (Call | Answer)[]
}

/** The requests and notifications among `messages`, in their order. */
export function callsOf({ messages }: Messages): readonly Call[] {
  return messages.filter((message) => message.kind !== 'response')
}

/** Where the parameters of a method have the name of what it is about; `undefined` for a method that has none. */
export function nameKeyOf(method: string): string | undefined {
  return nameKeys.get(method)
}

// SEP-2243; tasks: SEP-2663
const nameKeys = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
])
