import { type Exchange, statusOf } from '../../evidence/exchange.ts'
import { type Redirects, unfollowedRedirect } from '../redirects.ts'
import type { Footprints, Walk } from '../walk.ts'
import { readReply } from './first-answer.ts'
import { whyUnknown } from './not-asked.ts'
import { readSdkChallenge, type SdkChallenge } from './sdk-challenge.ts'

/** In what the transports of the official SDK differ when the first message is answered. */
export interface SdkTransportRules {
  /** Statuses that make it sign in, beside a 403 that says `insufficient_scope`. */
  readonly statuses: readonly number[]
  /** Schemes of challenges that it reads, in lower case. */
  readonly schemes: readonly string[]
  readonly words: SdkTransportWords
}

/** What it says when it does not sign in. */
export interface SdkTransportWords {
  noAnswer?: string
  /** `body`: of an answer with a status that is no success, or what is said of a redirect. */
  status(body: string, status: number): string
  redirect(to: string, options: { isDowngrade: boolean }): string
  contentType(value: string | undefined): string
  error(code: number, message: string): string
}

export const redirectsOfMessages = 'within_origin' satisfies Redirects

/** What the transport makes of the answer to the first POST: a challenge to sign in after, or the end. */
export function receive(answer: Exchange, rules: SdkTransportRules, steps: Footprints): SdkChallenge | Walk {
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell('reach', unknown)
  const { outcome } = answer
  if (outcome.kind === 'failure') {
    steps.at('reach', answer)
    return steps.stop('reach', 'unreachable', rules.words.noAnswer)
  }

  steps.at('challenge', answer)
  const challenge = readSdkChallenge(answer, rules.schemes)
  if (rules.statuses.includes(outcome.status)) return challenge
  if (outcome.status === 403 && challenge.error === 'insufficient_scope') return challenge
  if (outcome.status >= 200 && outcome.status < 300) return readSuccess(answer, rules.words, steps)
  const redirect = unfollowedRedirect(answer)
  const said = redirect === undefined ? outcome.body : rules.words.redirect(redirect.to, redirect)
  return steps.stop('challenge', 'wrong_status', rules.words.status(said, outcome.status))
}

function readSuccess(answer: Exchange, words: SdkTransportWords, steps: Footprints): Walk {
  // Accepted, says 202: the reply would come another way, and the client waits for it in vain.
  if (statusOf(answer) === 202) return steps.stop('challenge', 'wrong_status')
  const reply = readReply(answer)
  switch (reply.kind) {
    case 'result':
      return steps.end({ kind: 'needs_no_sign_in' })
    case 'error':
      return steps.stop('challenge', 'not_challenged', words.error(reply.code, reply.message))
    case 'open_stream':
      return steps.cannotTell('challenge', 'The stream of events brought no reply while the doctor waited')
    case 'other':
      return steps.stop('challenge', 'not_challenged', words.contentType(reply.contentType))
    default:
      return reply satisfies never
  }
}
