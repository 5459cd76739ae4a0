import type { Dialect, ScriptedCall, StreamEvent } from '../model-stand-in.ts'

/** OpenAI's Responses API, streaming: what Codex speaks. */
export const openaiResponses: Dialect = {
  path: '/v1/responses',

  reportIn(body) {
    // The wire border: the request of a released client, of which only these fields matter.
    const { input = [] } = body as { input?: { type: string; output?: string | { text?: string }[] }[] }
    const found = input.find(({ type }) => type === 'function_call_output')
    if (found?.output === undefined) return undefined
    const text =
      typeof found.output === 'string' ? found.output : found.output.map((each) => each.text ?? '').join('\n')
    // The protocol has no field for a failure: Codex says it in words.
    return { text, isError: text.includes('tool call error:') }
  },

  call(body, { server, tool, arguments: args }) {
    const { tools = [] } = body as { tools?: OfferedTool[] }
    const name = nameOf(tools, { server, tool })
    if (name === undefined) return undefined
    return response({
      type: 'function_call',
      id: 'fc_interop',
      call_id: 'call_interop',
      ...name,
      arguments: JSON.stringify(args),
    })
  },

  say: (_body, text) =>
    response({
      type: 'message',
      id: 'msg_interop',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [] }],
    }),
}

interface OfferedTool {
  type: string
  name?: string
  tools?: OfferedTool[]
}

/** Codex offers the tools of an MCP server in a namespace, or flat, with the server's name before the tool's. */
function nameOf(
  tools: readonly OfferedTool[],
  { server, tool }: Pick<ScriptedCall, 'server' | 'tool'>,
): { name: string; namespace?: string } | undefined {
  for (const { type, name, tools: inner = [] } of tools) {
    if (type === 'namespace' && name?.includes(server) && inner.some((each) => each.name === tool))
      return { namespace: name, name: tool }
    if (name?.endsWith(`${server}__${tool}`)) return { name }
  }
  return undefined
}

function response(item: object): readonly StreamEvent[] {
  const usage = {
    input_tokens: 1,
    input_tokens_details: null,
    output_tokens: 1,
    output_tokens_details: null,
    total_tokens: 2,
  }
  return [
    { type: 'response.created', response: { id: 'resp_interop' } },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response: { id: 'resp_interop', usage } },
  ]
}
