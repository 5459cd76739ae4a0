/** A message of JSON-RPC, as far as tests look. */
export interface Message {
  id?: number | string
  method?: string
  params?: Record<string, unknown>
  result?: Record<string, unknown>
  error?: { code: number; message: string; data?: unknown }
}

/** The first answer in a response. */
export async function answerIn(response: Response): Promise<Message> {
  for await (const message of messagesIn(response)) if (message.method === undefined) return message
  throw new Error('The answer has no answer')
}

/** The messages in a response, as they come. */
export async function* messagesIn(response: Response): AsyncGenerator<Message> {
  if (response.headers.get('content-type')?.startsWith('application/json')) {
    yield (await response.json()) as Message // what is read of it, the tests assert
    return
  }
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = /^data: ?(.+)$/m.exec(event)?.[1]
      if (data !== undefined) yield JSON.parse(data)
    }
  }
}

/** All of them, once the response has ended. */
export async function messagesOf(response: Response): Promise<Message[]> {
  const messages: Message[] = []
  for await (const message of messagesIn(response)) messages.push(message)
  return messages
}
