import { type Call, callsOf, type Messages } from './message.ts'
import { targetsOf } from './target.ts'

/**
 * The body of a 200 that answers calls in the place of the server, each request in them, since nothing of them is done. `answerTo` says what is
 * answered to a call that is to blame, `undefined` for one that is not. `undefined` where nothing is called that rules speak of, and so nobody waits for such an answer.
 */
export function rpcAnswer(messages: Messages, answerTo: (call: Call) => object | undefined): string | undefined {
  const requests = callsOf(messages).filter(({ kind }) => kind === 'request')
  if (!requests.some((call) => targetsOf(call).length > 0)) return undefined
  const answers = requests.map((call) => ({ jsonrpc: '2.0', id: call.id, ...(answerTo(call) ?? notDone) }))
  return JSON.stringify(messages.isBatch ? answers : answers[0])
}

/** A JSON-RPC error. The code is none from -32020 to -32099, which belong to the specification. */
export function rpcError(message: string): object {
  return { error: { code: -32003, message } }
}

const notDone = rpcError('Nothing of this batch was done, because of another call in it')
