import { judgeClaims, type TokenRules, type TokenVerdict, unverifiedIssuer } from '../jwt/verify-access-token.ts'
import { messageOf } from '../net/message-of.ts'
import { readText } from '../net/read-text.ts'
import { timedRequest } from '../net/timed-request.ts'
import { formatBasicCredentials } from '../protocol/basic-credentials.ts'
import { isSecureUrl, sameIdentifier } from '../protocol/resource.ts'
import { audienceRulesOf } from './audience-rules.ts'
import type { ResolvedResourceServer } from './config.ts'
import { urlInMetadata } from './issuer-metadata.ts'

/** How a resource server asks an issuer what a token is that it cannot read itself (RFC 7662). */
export interface Introspection {
  /** Where. Default: `introspection_endpoint` of the issuer's metadata (RFC 8414). */
  endpoint?: string
  /** What it shows there: the secret of a reader as a Bearer token, or its own client authentication (`client_secret_basic`). */
  credentials: { secret: string } | { clientId: string; clientSecret: string }
  /**
   * Seconds for which an answer counts. Default 4, which is the most: ends must be seen within five (law 14). 0 asks for each request. While answers are
   * open, as streams are, it is asked about their tokens every two seconds, or as often as this says where that is less: once for all of a token.
   */
  rememberFor?: number
  /** Which tokens it is asked about: those that are no JWT, or all that are this issuer's. Default `opaque`. */
  tokens?: 'opaque' | 'all'
}

export interface ResolvedIntrospection {
  endpoint: string | undefined
  /** The `Authorization` header. */
  authorization: string
  rememberFor: number
  tokens: 'opaque' | 'all'
}

export interface Introspector {
  rememberFor: number
  /** Whether the issuer is asked what a token is, by what stands in it unverified: whoever lies there is found out by whoever is asked. */
  isAskedAbout(token: string): boolean
  /** Resolves when it is known where to ask. */
  ready(): Promise<void>
  /** Asks. Never rejects: an outage is `unavailable`, and never says that the token is bad. */
  introspect(token: string): Promise<TokenVerdict>
}

/** Throws `TypeError` for what cannot stand. */
export function resolveIntrospection(introspection: Introspection): ResolvedIntrospection {
  const { endpoint, credentials, rememberFor = 4, tokens = 'opaque' } = introspection
  if (endpoint !== undefined && !isSecureUrl(endpoint))
    throw new TypeError(`"endpoint" of an introspection must be an https URL (http on loopback), but is "${endpoint}"`)
  if (!Number.isInteger(rememberFor) || rememberFor < 0 || rememberFor > 4)
    throw new TypeError(`"rememberFor" must be a whole number from 0 to 4, but is ${rememberFor}`)
  if (tokens !== 'opaque' && tokens !== 'all')
    throw new TypeError(`"tokens" of an introspection must be "opaque" or "all", but is "${tokens}"`)
  return Object.freeze({ endpoint, authorization: authorizationOf(credentials), rememberFor, tokens })
}

/** The one issuer whose tokens are introspected; `undefined` where there is none. */
export function createIntrospector(options: ResolvedResourceServer): Introspector | undefined {
  const trusted = options.authorizationServers.find(({ introspection }) => introspection !== undefined)
  if (trusted?.introspection === undefined) return undefined
  const { issuer } = trusted
  const { authorization, rememberFor, tokens, endpoint: configured } = trusted.introspection
  const rules = { issuer, tokenType: 'at+jwt' as const, audience: audienceRulesOf(trusted) }
  let finding: Promise<string> | undefined

  function endpoint(): Promise<string> {
    if (configured !== undefined) return Promise.resolve(configured)
    finding ??= urlInMetadata(issuer, 'introspection_endpoint', options).catch((error: unknown) => {
      finding = undefined // an issuer that was down may be up again
      throw error
    })
    return finding
  }

  async function ask(token: string): Promise<Record<string, unknown>> {
    const url = await endpoint()
    const response = await options.fetch(
      timedRequest(url, 2, {
        method: 'POST',
        headers: {
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
          authorization,
        },
        body: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
        redirect: 'manual', // whatever it leads to is no 200; Workers know no 'error'
      }),
    )
    const text = await readText(response, url)
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null || !('active' in answer) || typeof answer.active !== 'boolean')
      throw new Error(`${url} answered no introspection response`)
    return answer as Record<string, unknown> // an object, and each claim is judged where it is read
  }

  return {
    rememberFor,
    isAskedAbout(token) {
      const named = unverifiedIssuer(token)
      return named === undefined || (tokens === 'all' && sameIdentifier(named, issuer))
    },
    async ready() {
      await endpoint()
    },
    async introspect(token) {
      try {
        return judge(await ask(token), rules, options)
      } catch (cause) {
        return { kind: 'unavailable', cause: messageOf(cause) }
      }
    },
  }
}

function judge(
  answer: Record<string, unknown>,
  rules: Pick<TokenRules, 'issuer' | 'tokenType' | 'audience'>,
  { served, maxTokenAge, clockTolerance, now }: ResolvedResourceServer,
): TokenVerdict {
  if (answer.active !== true) return { kind: 'invalid', reason: 'inactive' }
  const { iss, exp, nbf, iat, token_type: type } = answer
  if (iss !== undefined && !(typeof iss === 'string' && sameIdentifier(iss, rules.issuer)))
    return { kind: 'invalid', reason: 'unknown_issuer' }
  // A refresh token may be active as well; it has another type, or none and no audience.
  if (type !== undefined && !(typeof type === 'string' && type.toLowerCase() === 'bearer'))
    return { kind: 'invalid', reason: 'wrong_type' }
  if (typeof exp !== 'number') return { kind: 'invalid', reason: 'missing_claim', detail: '"exp" is no number' }
  if (now() >= exp + clockTolerance) return { kind: 'invalid', reason: 'expired' }
  if (typeof nbf === 'number' && now() < nbf - clockTolerance) return { kind: 'invalid', reason: 'not_yet_valid' }
  if (maxTokenAge !== undefined && !(typeof iat === 'number' && now() < iat + maxTokenAge + clockTolerance))
    return { kind: 'invalid', reason: 'too_old' }
  return judgeClaims(answer, rules, served)
}

function authorizationOf(credentials: Introspection['credentials']): string {
  if ('secret' in credentials) {
    // Its characters would otherwise stand in the error of a header that cannot be made, and that in an event.
    if (!/^[\x21-\x7E]+$/.test(credentials.secret))
      throw new TypeError('"secret" must be visible ASCII characters alone')
    return `Bearer ${credentials.secret}`
  }
  const { clientId, clientSecret } = credentials
  if (clientId === undefined || clientId === '' || clientSecret === undefined || clientSecret === '')
    throw new TypeError(
      '"credentials" of an introspection must have a client id and a secret, or the secret of a reader',
    )
  return formatBasicCredentials(credentials)
}
