import {
  acceptedContent,
  completable,
  type GetPromptResult,
  inputRequired,
  type McpServer,
} from '@modelcontextprotocol/server'
import { z } from 'zod'
import { image } from './media.ts'

export function registerPrompts(mcp: McpServer): void {
  mcp.registerPrompt('test_simple_prompt', { description: 'Text without arguments' }, () => user([text('A prompt.')]))

  mcp.registerPrompt(
    'test_prompt_with_arguments',
    {
      description: 'Text with two arguments, the first of which can be completed',
      argsSchema: z.object({
        arg1: completable(z.string(), (value) => ['paris', 'park', 'party'].filter((word) => word.startsWith(value))),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => user([text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)]),
  )

  mcp.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A resource and a sentence', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) =>
      user([
        { type: 'resource', resource: { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded.' } },
        text('Read the resource above.'),
      ]),
  )

  mcp.registerPrompt('test_prompt_with_image', { description: 'An image and a sentence' }, () =>
    user([{ type: 'image', data: image, mimeType: 'image/png' }, text('Look at the image above.')]),
  )

  mcp.registerPrompt('test_input_required_result_prompt', { description: 'Asks before it answers' }, ({ mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, 'user_context', z.object({ context: z.string() }))
    if (answer !== undefined) return user([text(`In the context of ${answer.context}`)])
    return inputRequired({ inputRequests: { user_context: contextRequest } })
  })
}

const contextRequest = inputRequired.elicit({
  message: 'What context should the prompt use?',
  requestedSchema: { type: 'object', properties: { context: { type: 'string' } }, required: ['context'] },
})

type Content = GetPromptResult['messages'][number]['content']

function user(contents: readonly Content[]): GetPromptResult {
  return { messages: contents.map((content) => ({ role: 'user', content })) }
}

function text(value: string): Content {
  return { type: 'text', text: value }
}
