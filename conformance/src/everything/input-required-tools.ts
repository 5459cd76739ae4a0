import { randomUUID } from 'node:crypto'
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  type InputRequest,
  type InputRequiredResult,
  inputRequired,
  inputResponse,
  type McpServer,
  type ServerContext,
} from '@modelcontextprotocol/server'
import { z } from 'zod'

/** What a tool remembers between two rounds; it travels through the client, sealed. */
interface Round {
  step: number
  nonce: string
}

/** Seals and opens the state of a round: the option `requestState` of the server. */
export const rounds = createRequestStateCodec<Round>({ key: crypto.getRandomValues(new Uint8Array(32)) })

/** Tools that ask by their result, as 2026-07-28 does: the client calls again with the answers. */
export function registerInputRequiredTools(mcp: McpServer): void {
  const register = (name: string, answer: (ctx: ServerContext) => Promise<CallToolResult | InputRequiredResult>) =>
    mcp.registerTool(name, { description: 'Asks before it answers', inputSchema: z.object({}) }, (_, ctx) =>
      answer(ctx),
    )

  register('test_input_required_result_elicitation', async ({ mcpReq }) => {
    const person = acceptedContent(mcpReq.inputResponses, 'user_name', z.object({ name: z.string() }))
    return person === undefined
      ? inputRequired({ inputRequests: { user_name: nameRequest } })
      : text(`Hello, ${person.name}!`)
  })

  register('test_input_required_result_sampling', async ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'capital_question')
    return answer.kind === 'sampling'
      ? text(JSON.stringify(answer.result.content))
      : inputRequired({ inputRequests: { capital_question: modelRequest('What is the capital of France?') } })
  })

  register('test_input_required_result_list_roots', async ({ mcpReq }) => {
    const answer = inputResponse(mcpReq.inputResponses, 'client_roots')
    return answer.kind === 'roots'
      ? text(`Roots: ${answer.roots.map(({ uri }) => uri).join(' ')}`)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } })
  })

  for (const name of ['request_state', 'tampered_state'])
    register(`test_input_required_result_${name}`, async ({ mcpReq }) => {
      const confirmed = acceptedContent(mcpReq.inputResponses, 'confirm') !== undefined
      if (confirmed && mcpReq.requestState<Round>() !== undefined) return text('state-ok')
      return inputRequired({ inputRequests: { confirm: confirmRequest }, requestState: await stateOf(1) })
    })

  register('test_input_required_result_multiple_inputs', async ({ mcpReq }) => {
    const kinds = ['user_name', 'greeting', 'client_roots'].map((key) => inputResponse(mcpReq.inputResponses, key).kind)
    if (kinds.join() === 'elicit,sampling,roots') return text('All three answers came')
    return inputRequired({
      inputRequests: {
        user_name: nameRequest,
        greeting: modelRequest('Greet me'),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await stateOf(1),
    })
  })

  register('test_input_required_result_multi_round', async ({ mcpReq }) => {
    const step = mcpReq.requestState<Round>()?.step ?? 0
    if (step === 0) return inputRequired({ inputRequests: { step1: nameRequest }, requestState: await stateOf(1) })
    if (step === 1) return inputRequired({ inputRequests: { step2: colorRequest }, requestState: await stateOf(2) })
    return text('Two rounds are over')
  })

  register('test_input_required_result_capabilities', async ({ mcpReq }) => {
    if (mcpReq.inputResponses !== undefined) return text('Answered')
    const { [CLIENT_CAPABILITIES_META_KEY]: capabilities } = envelope.parse(mcpReq.envelope ?? {})
    const inputRequests: Record<string, InputRequest> = {
      ...(capabilities?.elicitation !== undefined && { user_name: nameRequest }),
      ...(capabilities?.sampling !== undefined && { greeting: modelRequest('Greet me') }),
      ...(capabilities?.roots !== undefined && { client_roots: inputRequired.listRoots() }),
    }
    return Object.keys(inputRequests).length === 0 ? text('Nothing can be asked') : inputRequired({ inputRequests })
  })

  register('test_missing_capability', async ({ mcpReq }) =>
    inputResponse(mcpReq.inputResponses, 'model').kind === 'sampling'
      ? text('The model answered')
      : inputRequired({ inputRequests: { model: modelRequest('Say yes') } }),
  )
}

const envelope = z.object({
  [CLIENT_CAPABILITIES_META_KEY]: z
    .object({ elicitation: z.unknown(), sampling: z.unknown(), roots: z.unknown() })
    .partial()
    .optional(),
})

const nameRequest = inputRequired.elicit({
  message: 'What is your name?',
  requestedSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
})

const colorRequest = inputRequired.elicit({
  message: 'What is your favorite color?',
  requestedSchema: { type: 'object', properties: { color: { type: 'string' } }, required: ['color'] },
})

const confirmRequest = inputRequired.elicit({
  message: 'Please confirm',
  requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
})

function modelRequest(question: string): InputRequest {
  return inputRequired.createMessage({
    messages: [{ role: 'user', content: { type: 'text', text: question } }],
    maxTokens: 100,
  })
}

function stateOf(step: number): Promise<string> {
  return rounds.mint({ step, nonce: randomUUID() })
}

function text(value: string): CallToolResult {
  return { content: [{ type: 'text', text: value }] }
}
