import type { Riddle } from '../riddle.ts'
import { countOf } from '../story.ts'
import { failedWith, Name, said } from './seen.ts'

/** With a token. */
export const callRiddles: readonly Riddle[] = [
  {
    code: 'step_up_loop',
    title: 'Asked for more access again and again',
    seen: 'A call needed another scope, the person allowed it, and the next call was refused for the same',
    party: 'the_client',
    fix: 'The client asks for less than the challenge names, or the person unticks it. Give the scope from the beginning (advertisedScopes), or let one that people have bring it along (hierarchy).',
    evidence(given) {
      const failed = failedWith(given, 'scope_insufficient')
      const refused = countOf(given.story, 'scope_insufficient')
      const tokens = countOf(given.story, 'token_issued')
      return failed !== undefined && refused >= 2 && tokens >= 1
        ? [
            `${refused} calls were refused for want of ${failed.step.detail}, and ${tokens === 1 ? 'one token was' : `${tokens} tokens were`} issued in between.`,
          ]
        : undefined
    },
    sentence: (given) =>
      `${Name(given)} goes round in a circle: it signs in for more access, and comes back without the scope that the call needs.`,
  },
  {
    code: 'step_up_unfinished',
    title: 'More access was needed, and nobody asked for it',
    seen: 'A call needed another scope, and the client did not sign in for it',
    party: 'the_client',
    fix: 'Not every client asks again on 403. Give the scope from the beginning: advertisedScopes.',
    evidence(given) {
      const failed = failedWith(given, 'scope_insufficient')
      return failed !== undefined && given.isOverdue ? [`The call needs ${failed.step.detail}.`] : undefined
    },
    sentence: (given) =>
      `${Name(given)} is connected, made a call that needs more access, and did not ask the person for it.`,
  },
  {
    code: 'challenged_with_token',
    title: 'Challenged again and again with a token',
    seen: 'The client sends a token, and it is not accepted',
    party: 'the_client',
    fix: 'Read why in the evidence. `wrong_audience`: the token is for another URL; put that URL into alsoServedAt where it is this server too. `unknown_issuer`: the client keeps a token of what stood here before; remove the server in the client and add it again. `unknown_key`, `bad_signature`: the server’s keys are others than before, since database or secret changed.',
    evidence(given) {
      const failed = failedWith(given, 'token_rejected')
      const times = countOf(given.story, 'token_rejected')
      return failed !== undefined && (given.isOverdue || times > 2)
        ? [
            `${times === 1 ? 'One token was' : `${times} times a token was`} refused: ${failed.step.reason}.`,
            ...said(failed.step.detail),
          ]
        : undefined
    },
    whose: ({ story }) => (oursAmongRejections.has(story.failure?.step.reason ?? '') ? 'your_server' : 'the_client'),
    sentence: (given) => {
      switch (given.story.failure?.step.reason) {
        case 'wrong_audience':
          return `${Name(given)} has a token that is for another URL than this server’s, and so it is refused each time.`
        case 'unknown_issuer':
          return `${Name(given)} has a token that somebody else issued.`
        case 'expired':
          return `${Name(given)} goes on with a token that has expired, and does not renew it.`
        case 'revoked':
          return `${Name(given)} goes on with a token whose grant has ended, and does not sign in again.`
        default:
          return `${Name(given)} sends a token that is not accepted.`
      }
    },
  },
  {
    code: 'call_denied',
    title: 'A rule refused the first call',
    seen: 'The person is signed in, and a rule of the operator says no',
    party: 'your_server',
    fix: 'If they should be let in, change the rule that the evidence names.',
    evidence(given) {
      const failed = failedWith(given, 'call_denied')
      return failed && said(failed.step.detail ?? 'A rule refused the call.')
    },
    sentence: (given) => `${Name(given)} is signed in, and a rule of yours refuses what it calls.`,
  },
  {
    code: 'upstream_down',
    title: 'The MCP server behind does not answer',
    seen: 'Sign-in went well, and the MCP server behind Portcullis failed at the first call',
    party: 'your_server',
    fix: 'Start the MCP server, or correct `upstream`: the evidence says what came of asking it. The sign-in is untouched; the client only has to try again.',
    evidence(given) {
      const failed = failedWith(given, 'upstream_failed')
      return failed && [`The call was answered with ${failed.entry.status}.`, ...said(failed.step.detail)]
    },
    sentence: (given) => `${Name(given)} signed in, and the MCP server behind did not answer its call.`,
  },
  {
    code: 'own_failure',
    title: 'Something failed on our side',
    seen: 'Portcullis itself could not answer: its database, its keys, or a fault of its own',
    party: 'your_server',
    fix: 'The log says more under the request’s id. If the database is well, it is a fault of Portcullis: tell us.',
    evidence(given) {
      const failed = failedWith(given, 'failed', 'unavailable')
      return (
        failed && [
          `It happened in ${failed.step.reason ?? 'a request'} (${failed.entry.requestId}).`,
          ...said(failed.step.detail),
        ]
      )
    },
    sentence: (given) => `This server could not answer ${given.name}.`,
  },
]

const oursAmongRejections: ReadonlySet<string> = new Set([
  'wrong_audience',
  'unknown_key',
  'bad_signature',
  'wrong_algorithm',
])
