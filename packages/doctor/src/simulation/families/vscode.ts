import type { ClientProfile } from '@portcullis/clients'
import { type Exchange, headerOf, statusOf } from '../../evidence/exchange.ts'
import type { FamilyWalk } from '../family.ts'
import { readReply } from '../steps/first-answer.ts'
import { isObject, readJson } from '../steps/json-document.ts'
import { whyUnknown } from '../steps/not-asked.ts'
import { readVscodeChallenge } from '../steps/vscode-challenge.ts'
import { discover } from '../steps/vscode-discovery.ts'
import { signIn } from '../steps/vscode-sign-in.ts'
import { Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/**
 * Visual Studio Code 1.138: `vs/workbench/api/common/extHostMcp`, `extHostAuthentication` and `vs/base/common/oauth`. Whatever it does not
 * find or like, it does without, and in the end takes endpoints at the origin.
 */
export const walkVscode: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const answer = await dial(client, wire, steps)
  if (hasEnded(answer)) return answer
  const challenge = readVscodeChallenge(headerOf(answer, 'www-authenticate'))
  const discovery = await discover(wire, challenge.pointer, steps)
  if (hasEnded(discovery)) return discovery
  return signIn(client, wire, discovery, challenge.scopes, steps)
}

/** `_sendStreamableHttp`: the answer that makes it sign in. After another 4xx it tries the older transport. */
async function dial(client: ClientProfile, wire: Wire, steps: Footprints): Promise<Exchange | Walk> {
  const answer = await wire.first('post_initialize', { redirects: 'follow' })
  const status = statusOf(answer)
  if (status === undefined) return unanswered(answer, steps)
  steps.at('challenge', answer)
  if (makesItSignIn(status, client)) return answer
  if (status < 300) return readSuccess(answer, status, steps)
  if (status >= 400 && status < 500) return dialOlder(client, wire, steps)
  const words = `${status} status sending message to ${wire.target}: ${bodyOf(answer)}`
  return steps.stop('challenge', 'wrong_status', words)
}

/** `_attachSSE`. */
async function dialOlder(client: ClientProfile, wire: Wire, steps: Footprints): Promise<Exchange | Walk> {
  const answer = await wire.first('get', { redirects: 'follow' })
  const status = statusOf(answer)
  if (status === undefined) return unanswered(answer, steps)
  steps.at('challenge', answer)
  if (makesItSignIn(status, client)) return answer
  if (status >= 300) {
    const words = `${status} status connecting to ${wire.target} as SSE: ${bodyOf(answer)}`
    return steps.stop('challenge', 'wrong_status', words)
  }
  return headerOf(answer, 'content-type')?.startsWith('text/event-stream')
    ? steps.end({ kind: 'needs_no_sign_in' })
    : steps.stop('challenge', 'not_challenged')
}

function makesItSignIn(status: number, client: ClientProfile): boolean {
  return (client.challenge?.statuses?.value ?? [401, 403]).includes(status)
}

function unanswered(answer: Exchange, steps: Footprints): Walk {
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('reach', unknown)
  steps.at('reach', answer)
  return steps.stop('reach', 'unreachable')
}

/** `_handleSuccessfulStreamableHttp`: JSON is read whatever its type is called. */
function readSuccess(answer: Exchange, status: number, steps: Footprints): Walk {
  if (status === 202) return steps.stop('challenge', 'wrong_status')
  const reply = readReply(answer)
  if (reply.kind === 'result' || (reply.kind === 'other' && isResult(answer)))
    return steps.end({ kind: 'needs_no_sign_in' })
  if (reply.kind === 'open_stream')
    return steps.cannotTell('challenge', 'The stream of events brought no reply while the doctor waited')
  const isMessage = reply.kind === 'error' || readJson(answer).kind === 'value'
  return isMessage
    ? steps.stop('challenge', 'not_challenged')
    : steps.stop('challenge', 'not_challenged', `Unexpected ${status} response for request: ${bodyOf(answer)}`)
}

function isResult(answer: Exchange): boolean {
  const document = readJson(answer)
  return document.kind === 'value' && isObject(document.value) && document.value.result !== undefined
}

function bodyOf({ outcome }: Exchange): string {
  return outcome.kind === 'answer' ? outcome.body : ''
}
