import { sha256 } from '#sha256'
import { messageOf } from '../net/message-of.ts'
import type { AccessToken } from '../resource-server/access-token.ts'
import { about } from '../resource-server/access-token.ts'
import { urlInMetadata } from '../resource-server/issuer-metadata.ts'
import type { ResourceServer } from '../resource-server/resource-server.ts'
import { subjectTokensOf } from '../resource-server/subject-tokens.ts'
import { VerifiedTokens } from '../resource-server/verified-tokens.ts'
import { askForToken } from './ask.ts'
import { resolveTokenExchange, type TokenExchangeOptions } from './config.ts'
import { exchangeRefusal } from './exchange-refusal.ts'
import type { DownstreamToken, TokenExchange } from './token-exchange.ts'
import { TokenExchangeError } from './token-exchange-error.ts'

/** Seconds before its end from which on a token is not given out any more: a call takes its time. A tenth of its life, where that is less. */
const margin = 30
/** Seconds for which whoever asks again is told the same: an authorization server that is down, or refuses, is not asked by each call. */
const failureRemembered = 4
const mostFailures = 1000
/** How many wait for new tokens at once; whoever comes then is told to come again. */
const mostInFlight = 1000

/**
 * Gets tokens with which a protected MCP server calls another server for its caller (RFC 8693): it shows the caller's token to the authorization server
 * that issued it, and nobody else ever sees that one. Make it before the server is asked about the first request.
 * Throws `TypeError` for an option that cannot stand, and for a server that `createResourceServer` did not make.
 */
export function createTokenExchange(server: ResourceServer, tokenExchangeOptions: TokenExchangeOptions): TokenExchange {
  const subjectTokens = subjectTokensOf(server)
  if (subjectTokens === undefined)
    throw new TypeError('createTokenExchange wants the very object that createResourceServer gave, and no copy of it')
  const options = resolveTokenExchange(tokenExchangeOptions, subjectTokens.options)
  const { fetch, now, onEvent, clockTolerance } = subjectTokens.options
  const target = options.audience ?? options.resource ?? options.scope.join(' ')
  const held = new VerifiedTokens<{ token: DownstreamToken; usableUntil: number }>(options.cacheSize)
  const failures = new VerifiedTokens<{ error: TokenExchangeError; at: number }>(mostFailures)
  const inFlight = new Map<string, Promise<DownstreamToken>>()
  let finding: Promise<string> | undefined
  subjectTokens.keep()

  function endpoint(): Promise<string> {
    if (options.tokenEndpoint !== undefined) return Promise.resolve(options.tokenEndpoint)
    finding ??= urlInMetadata(options.issuer, 'token_endpoint', { fetch }).catch((cause: unknown) => {
      finding = undefined // an issuer that was down may be up again
      throw new TokenExchangeError('unavailable', messageOf(cause))
    })
    return finding
  }

  /** Rejects for a caller whose token has ended since it was verified, and for one that there is nothing to exchange of. */
  function subjectTokenOf(accessToken: AccessToken): string {
    if (accessToken.issuer !== options.issuer)
      throw new TokenExchangeError(
        'misconfigured',
        `the token is of ${accessToken.issuer}, and tokens of ${options.issuer} are exchanged`,
      )
    const subjectToken = subjectTokens?.tokenOf(accessToken)
    if (subjectToken === undefined)
      throw new TokenExchangeError(
        'misconfigured',
        'the access token is not as this server gave it: hand it on as it is, not a text of it',
      )
    if (server.isOver(accessToken))
      throw new TokenExchangeError('consent_needed', 'the caller’s access token has ended')
    return subjectToken
  }

  async function askNow(key: string, subjectToken: string, accessToken: AccessToken): Promise<DownstreamToken> {
    const askedAt = now()
    const { accessToken: text, lifetime, scope } = await askForToken(subjectToken, await endpoint(), options, fetch)
    const end = accessToken.expiresAt + clockTolerance
    const expiresAt = Math.min(lifetime === undefined ? end : askedAt + lifetime, end)
    const token = Object.freeze({ accessToken: text, expiresAt, scope })
    const life = expiresAt - askedAt
    if (lifetime !== undefined) held.set(key, { token, usableUntil: expiresAt - Math.min(margin, life / 10) })
    onEvent({ type: 'token_exchanged', target, ...about(accessToken) })
    return token
  }

  /** One exchange, however many calls of its caller ask for it at the same time. */
  function askOnce(key: string, subjectToken: string, accessToken: AccessToken): Promise<DownstreamToken> {
    const running = inFlight.get(key)
    if (running !== undefined) return running
    if (inFlight.size >= mostInFlight)
      throw new TokenExchangeError('unavailable', 'too many wait for the authorization server')
    const asking = askNow(key, subjectToken, accessToken)
      .catch((error: unknown) => {
        if (error instanceof TokenExchangeError) failures.set(key, { error, at: now() })
        throw error
      })
      .finally(() => inFlight.delete(key))
    inFlight.set(key, asking)
    return asking
  }

  async function tokenFor(accessToken: AccessToken): Promise<DownstreamToken> {
    const subjectToken = subjectTokenOf(accessToken)
    const key = await sha256(subjectToken)
    const known = held.get(key)
    if (known !== undefined && now() < known.usableUntil) return known.token
    const failure = failures.get(key)
    if (failure !== undefined && Math.abs(now() - failure.at) < failureRemembered) throw failure.error
    return askOnce(key, subjectToken, accessToken)
  }

  return {
    async exchange(accessToken) {
      try {
        return await tokenFor(accessToken)
      } catch (error) {
        if (error instanceof TokenExchangeError)
          onEvent({
            type: 'exchange_failed',
            reason: error.reason,
            detail: error.detail,
            target,
            ...about(accessToken),
          })
        throw error
      }
    },
    refusal(error, request) {
      if (error instanceof TokenExchangeError) return exchangeRefusal(error.reason, subjectTokens.contextOf(request))
      throw error
    },
  }
}
