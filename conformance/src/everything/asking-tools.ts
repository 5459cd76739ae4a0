import type {
  CallToolResult,
  ElicitRequestFormParams,
  McpServer,
  RequestOptions,
  ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

/** Tools that ask the client while the call is open, as revisions up to 2025-11-25 do: requests from the server to the client. */
export function registerAskingTools(mcp: McpServer): void {
  mcp.registerTool(
    'test_sampling',
    { description: "Asks the client's model", inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, ctx) => {
      const question = {
        messages: [{ role: 'user' as const, content: { type: 'text' as const, text: prompt } }],
        maxTokens: 100,
      }
      const { content } = await ctx.mcpReq.requestSampling(question, onStreamOf(ctx))
      return text(`LLM response: ${JSON.stringify(content)}`)
    },
  )

  mcp.registerTool(
    'test_elicitation',
    { description: 'Asks the person for a name and an address', inputSchema: z.object({ message: z.string() }) },
    async ({ message }, ctx) => {
      const properties = { username: { type: 'string' as const }, email: { type: 'string' as const } }
      const requestedSchema = { type: 'object' as const, properties, required: ['username', 'email'] }
      const answer = await ctx.mcpReq.elicitInput({ message, requestedSchema }, onStreamOf(ctx))
      return text(`User response: action=${answer.action}, content=${JSON.stringify(answer.content)}`)
    },
  )

  for (const { name, description, question } of questionnaires)
    mcp.registerTool(name, { description }, async (ctx) => {
      const answer = await ctx.mcpReq.elicitInput(question, onStreamOf(ctx))
      return text(`Elicitation completed: action=${answer.action}, content=${JSON.stringify(answer.content ?? {})}`)
    })
}

/** By default the SDK asks on the session's standing stream, and nothing says that the client opens that before it calls. */
function onStreamOf({ mcpReq }: ServerContext): RequestOptions {
  return { relatedRequestId: mcpReq.id }
}

const questionnaires: readonly { name: string; description: string; question: ElicitRequestFormParams }[] = [
  {
    name: 'test_elicitation_sep1034_defaults',
    description: 'Asks with a default for every primitive type',
    question: {
      message: 'Check the suggestions',
      requestedSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', default: 'John Doe' },
          age: { type: 'integer', default: 30 },
          score: { type: 'number', default: 95.5 },
          status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
          verified: { type: 'boolean', default: true },
        },
      },
    },
  },
  {
    name: 'test_elicitation_sep1330_enums',
    description: 'Asks with every form of an enumeration',
    question: {
      message: 'Choose',
      requestedSchema: {
        type: 'object',
        properties: {
          untitledSingle: { type: 'string', enum: ['option1', 'option2', 'option3'] },
          titledSingle: { type: 'string', oneOf: titled('value', ['First Option', 'Second Option', 'Third Option']) },
          legacyEnum: {
            type: 'string',
            enum: ['opt1', 'opt2', 'opt3'],
            enumNames: ['Option One', 'Option Two', 'Option Three'],
          },
          untitledMulti: { type: 'array', items: { type: 'string', enum: ['option1', 'option2', 'option3'] } },
          titledMulti: {
            type: 'array',
            items: { anyOf: titled('value', ['First Choice', 'Second Choice', 'Third Choice']) },
          },
        },
      },
    },
  },
]

function titled(prefix: string, titles: readonly string[]): { const: string; title: string }[] {
  return titles.map((title, index) => ({ const: `${prefix}${index + 1}`, title }))
}

function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] }
}
