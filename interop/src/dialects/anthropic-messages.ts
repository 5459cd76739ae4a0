import type { Dialect, StreamEvent, ToolReport } from '../model-stand-in.ts'

/** Anthropic's Messages API, streaming: what Claude Code speaks. */
export const anthropicMessages: Dialect = {
  path: '/v1/messages',

  reportIn(body) {
    // The wire border: the request of a released client, of which only these fields matter.
    const { messages = [] } = body as { messages?: { content: string | ContentBlock[] }[] }
    for (const { content } of messages)
      for (const block of typeof content === 'string' ? [] : content)
        if (block.type === 'tool_result') return reportOf(block)
    return undefined
  },

  call(body, { server, tool, arguments: args }) {
    const { tools = [] } = body as { tools?: { name: string }[] }
    const offered = tools.find(({ name }) => name === `mcp__${server}__${tool}`)
    if (offered === undefined) return undefined
    const block = { type: 'tool_use', id: 'toolu_interop', name: offered.name, input: {} }
    return message(body, block, { type: 'input_json_delta', partial_json: JSON.stringify(args) }, 'tool_use')
  },

  say: (body, text) => message(body, { type: 'text', text: '' }, { type: 'text_delta', text }, 'end_turn'),
}

interface ContentBlock {
  type: string
  is_error?: boolean
  content?: string | { type: string; text?: string }[]
}

function reportOf({ content = '', is_error = false }: ContentBlock): ToolReport {
  const text = typeof content === 'string' ? content : content.map((each) => each.text ?? '').join('')
  return { text, isError: is_error }
}

function message(body: unknown, block: object, delta: object, stopReason: string): readonly StreamEvent[] {
  const { model } = body as { model: string }
  const usage = { input_tokens: 1, output_tokens: 1 }
  return [
    {
      type: 'message_start',
      message: {
        id: 'msg_interop',
        type: 'message',
        role: 'assistant',
        model,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage,
      },
    },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage },
    { type: 'message_stop' },
  ]
}
