/** What a request to an orders server came to. */
export interface Answer {
  status: number
  /** `WWW-Authenticate`; `undefined` where there is none. */
  challenge: string | undefined
  text: string
  /** The JSON-RPC message in it. */
  message: { result?: Record<string, unknown>; error?: { code: number; message: string } }
}

/** Posts one JSON-RPC request, as a client does. */
export async function ask(
  url: string,
  authorization: string | undefined,
  method: string,
  params: object = {},
): Promise<Answer> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      'mcp-protocol-version': '2025-06-18',
      ...(authorization !== undefined && { authorization }),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  })
  const text = await answer.text()
  return {
    status: answer.status,
    challenge: answer.headers.get('www-authenticate') ?? undefined,
    text,
    message: messageIn(text),
  }
}

export function listTools(url: string, token: string): Promise<Answer> {
  return ask(url, `Bearer ${token}`, 'tools/list')
}

export function callTool(url: string, token: string, name: string, args: object = {}): Promise<Answer> {
  return ask(url, `Bearer ${token}`, 'tools/call', { name, arguments: args })
}

/** What a tool said, or why it was not called. */
export function said({ message, status, text }: Answer): string {
  const { content } = message.result ?? {}
  if (Array.isArray(content)) return content.map(({ text }) => text).join('')
  return message.error?.message ?? `${status} ${text}`
}

function messageIn(text: string): Answer['message'] {
  const data = /^data: ?(.*)$/m.exec(text)?.[1] ?? text
  try {
    return JSON.parse(data)
  } catch {
    return {}
  }
}
