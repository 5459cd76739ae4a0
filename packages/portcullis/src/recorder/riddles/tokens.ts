import type { StepCode } from '../attempt.ts'
import type { Case } from '../case.ts'
import type { Riddle } from '../riddle.ts'
import { lastOf } from '../story.ts'
import { failedWith, isStuckAt, Name, said, spanOf } from './seen.ts'

/** From the person's answer to the token. */
export const tokenRiddles: readonly Riddle[] = [
  {
    code: 'code_never_redeemed',
    title: 'Code issued and never redeemed',
    seen: 'The person allowed the access, the browser took the code to the client, and nobody came to /token',
    party: 'the_client',
    fix: 'It is not this server: connect again, and look at the client’s status page. An evidence file for its makers: portcullis attempts export ID. For a client on the person’s machine, see whether the browser could open the address that it was sent to.',
    evidence: (given) =>
      isStuckAt(given, 'decided', 'has_code')
        ? [
            'The person allowed the access, and the browser was sent to the client with a code.',
            `Nobody came to /token in ${spanOf(given.waited)}; a code is good for a minute.`,
          ]
        : undefined,
    sentence: (given) =>
      given.client.profile?.runs.value === 'hosted'
        ? `${Name(given)} got its code and never redeemed it: its makers’ service stopped there, not this server.`
        : `${Name(given)} never redeemed its code: the browser did not reach it, or it had stopped waiting.`,
  },
  {
    code: 'refresh_refused',
    title: 'The refresh was refused, so people sign in again every day',
    seen: 'A client that had access wanted to renew it, and was refused',
    party: 'the_client',
    fix: 'Read why in the evidence. `unknown_or_expired_grant`: the person was away for longer than lifetimes.grant. `refresh_token_reused`: the client used an old token, often because two processes of it share one store; a longer lifetimes.refreshReplay forgives more. `forged_secret`: the server’s secret or database is another.',
    evidence(given) {
      const failed = failedWith(given, 'token_refused', 'grant_ended')
      const isIt = failed?.step.reason !== undefined && refreshReasons.has(failed.step.reason) && !isOfCode(given.story)
      return isIt ? [`Refused: ${failed.step.reason}.`, ...said(failed.step.detail)] : undefined
    },
    whose: ({ story }) =>
      story.failure?.step.reason === 'forged_secret' || story.failure?.step.reason === 'signer_unavailable'
        ? 'your_server'
        : 'the_client',
    sentence: (given) => `${Name(given)} could not renew its access, and has to sign in again.`,
  },
  {
    code: 'token_refused',
    title: 'The token was refused',
    seen: 'The client came to /token and was refused',
    party: 'the_client',
    fix: 'Read why in the evidence, and tell the makers of the client. `unknown_or_expired_grant`: it came after the code had expired (lifetimes.code). `wrong_code_verifier` and `wrong_redirect_uri` are faults of the client. `rate_limited`: raise limits.tokenRefusalsPerMinute, or set trustedProxies.',
    evidence(given) {
      const failed = failedWith(given, 'token_refused', 'grant_ended', 'claims_failed')
      return failed && [`Refused: ${failed.step.reason ?? failed.step.code}.`, ...said(failed.step.detail)]
    },
    whose: ({ story }) =>
      ours.has(story.failure?.step.reason ?? story.failure?.step.code ?? '') ? 'your_server' : 'the_client',
    sentence: (given) => `${Name(given)} came for its token and was refused.`,
  },
  {
    code: 'came_back_without_token',
    title: 'It came back without its token',
    seen: 'A token was issued, and the same client asked the MCP server without one',
    party: 'the_client',
    fix: 'See that no proxy in front takes the Authorization header away (nginx with auth_request, API gateways); portcullis doctor cannot see that from outside. Otherwise the client did not keep its token: that is for its makers.',
    evidence(given) {
      const token = lastOf(given.story, 'token_issued')
      const back = lastOf(given.story, 'challenged')
      const isIt = given.story.stage === 'has_token' && given.story.failure === undefined
      return isIt && token !== undefined && back !== undefined && back.entry.at > token.entry.at
        ? [
            `${spanOf((back.entry.at - token.entry.at) / 1000)} after its token was issued, it asked the MCP server without one.`,
            'So its requests do come through to this server.',
          ]
        : undefined
    },
    sentence: (given) =>
      `${Name(given)} got a token and asked without it: either a proxy in front takes the Authorization header away, or the client did not keep its token.`,
  },
  {
    code: 'token_never_used',
    title: 'Token issued and never used',
    seen: 'Sign-in went well to its end, and no call with the token ever arrived',
    party: 'your_edge',
    fix: 'Let the client’s requests through at your edge. Cloudflare: Security › Bots, “Block AI bots”, and AI Crawl Control, each apart from WAF rules; allow the client’s User-Agent. portcullis doctor asks under that name from outside and says what differs.',
    evidence(given) {
      if (!isStuckAt(given, 'has_token')) return undefined
      const { client } = given
      const agent = client.profile?.network?.userAgent?.mcp?.value
      return [
        'The token was issued, and no request with it arrived.',
        ...(agent !== undefined && client.profile?.runs.value === 'hosted'
          ? [
              `The call would come as User-Agent ${agent}; what came before came as ${given.attempt.agents.join(', ') || 'another'}.`,
            ]
          : []),
        `${spanOf(given.waited)} have gone by.`,
      ]
    },
    // On somebody's own machine no edge tells one request of it from another, and some commands only sign in.
    whose: ({ client }) => (client.profile?.runs.value === 'locally' ? 'the_client' : 'your_edge'),
    sentence: (given) =>
      given.client.profile?.runs.value === 'locally'
        ? `${Name(given)} is signed in and has not called yet: some clients sign in by a command of their own, and call at the next start.`
        : `${Name(given)} has its token, and its calls do not arrive: as a rule a firewall or CDN in front blocks them by their User-Agent.`,
    nextStep: (given) =>
      given.client.profile?.runs.value === 'locally'
        ? 'Use the server in the client once. If nothing arrives then, the client did not keep its token.'
        : tokenNeverUsedFix(given.server.publicUrl),
  },
]

function tokenNeverUsedFix(publicUrl: string): string {
  return `Run portcullis doctor ${publicUrl} from outside your network: it asks under the client’s own User-Agent. On Cloudflare look at Security › Bots (“Block AI bots”) and at AI Crawl Control; WAF rules that skip do not reach these.`
}

const refreshReasons: ReadonlySet<string> = new Set([
  'unknown_or_expired_grant',
  'refresh_token_reused',
  'refresh_not_allowed',
  'forged_secret',
  'subject_disabled',
  'wrong_client',
  'signer_unavailable',
])

const ours: ReadonlySet<string> = new Set(['claims_failed', 'claims_unavailable', 'signer_unavailable', 'rate_limited'])

/** Whether what was refused was a code: the last one was issued after the last token. */
function isOfCode({ all }: Case['story']): boolean {
  const last = (...codes: readonly StepCode[]) => all.findLastIndex(({ step }) => codes.includes(step.code))
  return last('code_issued') > last('token_issued', 'refreshed', 'called')
}
