import { callsOf, type Messages } from './message.ts'

/**
 * The JSON-RPC answer to calls of tools that a rule forbids, as the body of a 200: an error for every request in them. `undefined` where no
 * tool is called, and so nobody waits for such an answer. The code is none from -32020 to -32099, which belong to the specification.
 */
export function denialOf(messages: Messages, message: string): string | undefined {
  const requests = callsOf(messages).filter(({ kind }) => kind === 'request')
  if (!requests.some(({ method }) => method === 'tools/call')) return undefined
  const answers = requests.map(({ id }) => ({ jsonrpc: '2.0', id, error: { code: -32003, message } }))
  return JSON.stringify(messages.isBatch ? answers : answers[0])
}
