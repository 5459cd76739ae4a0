import { challengeResult } from '../mcp/challenge-result.ts'
import { denialOf } from '../mcp/denial.ts'
import type { Call, Messages } from '../mcp/message.ts'
import { type Challenge, formatChallenge } from '../protocol/challenge.ts'
import type { ConnectionEvent, InvalidReason, ToldCalls } from '../protocol/events.ts'
import { formatScope } from '../protocol/scope.ts'
import { type AccessToken, about } from './access-token.ts'

/** What verification found, closed: what each means for the answer is decided by `refusal` alone. */
export type Verdict =
  | { kind: 'valid'; accessToken: AccessToken }
  | { kind: 'missing'; reason?: InvalidReason }
  | { kind: 'invalid'; reason: InvalidReason; detail?: string }
  | {
      kind: 'insufficient'
      accessToken: AccessToken
      required: readonly string[]
      messages?: Messages | undefined
      calls?: ToldCalls | undefined
    }
  | {
      kind: 'denied'
      accessToken: AccessToken
      by: 'host' | 'rule'
      /** A sentence for all, or one for each call that is to blame: the first is told. */
      reason: string | ReadonlyMap<Call, string>
      messages?: Messages | undefined
      calls?: ToldCalls | undefined
    }
  | { kind: 'unavailable'; reason: 'keys' | 'revocations' | 'introspection'; detail?: string }

export type Refused = Exclude<Verdict, { kind: 'valid' }>

/** What a refusal tells beside its reason. */
export interface RefusalContext {
  metadataUrl: string
  /** The scopes that a challenge to sign in names (RS-07). */
  scopes: readonly string[]
  /** Of every challenge, behind ours. */
  challengeParameters: Readonly<Record<string, string>>
  /** Whether the client reads a challenge in the result of a tool, and not in a 403. */
  readsResults: boolean
  headers: Readonly<Record<string, string>>
}

/** The one place where facts become a status ("Facts first" in docs/architecture.md). */
export function refusal(verdict: Refused, context: RefusalContext): Response {
  switch (verdict.kind) {
    case 'missing': // RFC 6750 §3.1: no credentials, no error code in the challenge
      return challenged(401, undefined, 'Sign in: this server needs an access token', context)
    case 'invalid':
      return isMalformedRequest(verdict.reason)
        ? challenged(400, 'invalid_request', descriptions[verdict.reason], context)
        : challenged(401, 'invalid_token', descriptions[verdict.reason], context)
    case 'insufficient': {
      const scopes = [...new Set([...verdict.required, ...verdict.accessToken.scope])]
      const description = `This needs the scope ${formatScope(verdict.required)}`
      const challenge = challengeFor('insufficient_scope', description, { ...context, scopes })
      const body =
        verdict.messages && context.readsResults ? challengeResult(verdict.messages, challenge, description) : undefined
      return body === undefined
        ? challenged(403, 'insufficient_scope', description, { ...context, scopes })
        : new Response(body, { headers: { ...context.headers, ...json } })
    }
    case 'denied': {
      // No challenge: whatever scopes a client came back with, it would be denied again.
      const body = verdict.messages && denialOf(verdict.messages, verdict.reason)
      return body === undefined
        ? forbidden(firstReason(verdict), context.headers)
        : new Response(body, { headers: { ...context.headers, ...json } })
    }
    case 'unavailable': // our outage is never "your token is bad"
      return unavailable('The token cannot be verified right now; try again', context.headers)
    default:
      return verdict satisfies never
  }
}

/** What an operator is told of a refusal. */
export function eventOf(verdict: Refused, resource: string): ConnectionEvent {
  switch (verdict.kind) {
    case 'missing':
      return verdict.reason === undefined
        ? { type: 'challenged', reason: 'missing', resource }
        : { type: 'token_rejected', reason: verdict.reason, resource }
    case 'invalid':
      return { type: 'token_rejected', reason: verdict.reason, resource, ...detailOf(verdict) }
    case 'insufficient':
      return {
        type: 'scope_insufficient',
        required: verdict.required,
        resource,
        ...about(verdict.accessToken),
        ...verdict.calls,
      }
    case 'denied':
      return {
        type: 'call_denied',
        reason: verdict.by === 'host' ? 'denied_by_host' : 'denied_by_rule',
        detail: firstReason(verdict),
        resource,
        ...about(verdict.accessToken),
        ...verdict.calls,
      }
    case 'unavailable':
      return { type: 'verification_unavailable', reason: verdict.reason, resource, ...detailOf(verdict) }
    default:
      return verdict satisfies never
  }
}

function detailOf({ detail }: { detail?: string }): { detail?: string } {
  return detail === undefined ? {} : { detail }
}

/** An outage of ours, or of whom we depend on: try again, and no challenge. */
export function unavailable(description: string, headers: Readonly<Record<string, string>>): Response {
  return answer(503, 'temporarily_unavailable', description, { ...headers, 'retry-after': '2' })
}

function firstReason({ reason }: { reason: string | ReadonlyMap<Call, string> }): string {
  if (typeof reason === 'string') return reason
  const [first = 'A rule forbids this'] = reason.values()
  return first
}

/** A refusal that must not start a sign-in or a step-up: no challenge. */
export function forbidden(description: string, headers: Readonly<Record<string, string>>): Response {
  return answer(403, 'access_denied', description, headers)
}

/** A JSON-RPC error to nobody's id: what a body that cannot be judged is answered with. */
export function rpcRefusal(
  { status, code, message }: { status: number; code: number; message: string },
  headers: Readonly<Record<string, string>>,
): Response {
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } })
  return new Response(body, { status, headers: { ...headers, ...json } })
}

/** A refusal that signing in anew, or asking for more scopes, may mend. */
export function challenged(
  status: number,
  error: Challenge['error'],
  description: string,
  context: RefusalContext,
): Response {
  const value = challengeFor(error, description, context)
  return answer(status, error, description, { ...context.headers, 'www-authenticate': value })
}

function challengeFor(
  error: Challenge['error'],
  description: string,
  { metadataUrl, scopes, challengeParameters }: Pick<RefusalContext, 'metadataUrl' | 'scopes' | 'challengeParameters'>,
): string {
  return formatChallenge({
    ...(error !== undefined && { error, errorDescription: description }),
    resourceMetadata: metadataUrl,
    ...(scopes.length > 0 && { scope: formatScope(scopes) }),
    further: challengeParameters,
  })
}

/** A refusal as OAuth writes errors. */
export function answer(
  status: number,
  error: string | undefined,
  description: string,
  headers: Readonly<Record<string, string>>,
): Response {
  return new Response(JSON.stringify({ error, error_description: description }), {
    status,
    headers: { ...headers, ...json },
  })
}

const json = { 'content-type': 'application/json', 'cache-control': 'no-store' }

function isMalformedRequest(reason: InvalidReason): boolean {
  return reason === 'two_tokens'
}

/** Sent to clients: what is wrong, never what was compared with what. */
const descriptions: Record<InvalidReason, string> = {
  malformed_request: 'The Authorization header is malformed',
  two_tokens: 'The request carries more than one access token',
  token_in_query: 'An access token in the query does not count',
  wrong_scheme: 'This server wants a Bearer token',
  malformed_token: 'The access token is malformed',
  unknown_issuer: 'The access token is of an issuer that this server does not trust',
  unknown_key: 'The access token is signed with a key that its issuer does not publish',
  bad_signature: 'The signature of the access token is wrong',
  wrong_algorithm: 'The access token is signed with an algorithm that is not accepted',
  wrong_type: 'The token is no access token',
  expired: 'The access token has expired',
  not_yet_valid: 'The access token is not valid yet',
  too_old: 'The access token is too old',
  wrong_audience: 'The access token is for another resource',
  missing_claim: 'The access token lacks a claim',
  revoked: 'The access token has been revoked',
  inactive: 'The access token is not valid, or not any more',
}
