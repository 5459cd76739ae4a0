import type { Call, Messages } from './message.ts'
import { rpcAnswer } from './rpc-answer.ts'

/**
 * The answer to calls that lack a scope in the dialect that ChatGPT reads, as the body of a 200: results of tools that say so, and carry the challenge
 * (`_meta["mcp/www_authenticate"]`; https://developers.openai.com/apps-sdk/build/auth, 2026-11). `undefined` where a request calls no tool: only those have it.
 */
export function challengeResult(messages: Messages, challenge: string, message: string): string | undefined {
  let callsTool = false
  const body = rpcAnswer(messages, ({ method, params }) => {
    if (method !== 'tools/call') return undefined
    callsTool = true
    return { result: { ...(isModern(params) && { resultType: 'complete' }), ...resultOf(challenge, message) } }
  })
  return callsTool ? body : undefined
}

/** What a tool answers that wants its caller to consent to more. */
export function resultOf(challenge: string, message: string) {
  return {
    content: [{ type: 'text' as const, text: message }],
    isError: true,
    _meta: { 'mcp/www_authenticate': [challenge] },
  }
}

/** Whether a call is of 2026-07-28 or later, where results say of which type they are. */
function isModern(params: Call['params']): boolean {
  const meta = params?._meta
  return typeof meta === 'object' && meta !== null && Object.hasOwn(meta, 'io.modelcontextprotocol/protocolVersion')
}
