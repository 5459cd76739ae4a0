import type { Call, Messages } from './message.ts'
import { rpcAnswer, rpcError } from './rpc-answer.ts'

/**
 * The JSON-RPC answer to calls that a rule forbids, as the body of a 200: an error for every request in them. `reason`: a sentence that goes for all
 * of them, or one for each call that is forbidden. `undefined` where nothing is called that rules speak of.
 */
export function denialOf(messages: Messages, reason: string | ReadonlyMap<Call, string>): string | undefined {
  return rpcAnswer(messages, (call) => {
    const message = typeof reason === 'string' ? reason : reason.get(call)
    return message === undefined ? undefined : rpcError(message)
  })
}
