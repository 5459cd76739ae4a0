import { sha256 } from '#sha256'
import { refreshAfter } from '../jwt/key-set.ts'
import { type TokenVerdict, verifyAccessToken } from '../jwt/verify-access-token.ts'
import type { CallRules } from '../mcp/call-rules.ts'
import { listViewOf } from '../mcp/list-view.ts'
import type { Messages } from '../mcp/message.ts'
import { callsToTell } from '../mcp/told-calls.ts'
import type { ToldCalls } from '../protocol/events.ts'
import { protectedResourceWellKnown } from '../protocol/metadata.ts'
import { requestRefused } from '../protocol/request-refused.ts'
import { sameIdentifier } from '../protocol/resource.ts'
import { covers } from '../protocol/scope.ts'
import { type AccessToken, about, accessTokenOf, isRevoked } from './access-token.ts'
import { type ResourceServerOptions, resolveOptions } from './config.ts'
import { corsHeadersFor, metadataAnswer, preflight } from './cors.ts'
import { credentialsOf } from './credentials.ts'
import { createIntrospector } from './introspection.ts'
import { createIssuers } from './issuers.ts'
import { documentAt, resourceAt, type ServedResource, servedResources } from './metadata-documents.ts'
import { createMirror } from './mirrored-metadata.ts'
import { createOpenAnswers } from './open-answers.ts'
import { createOpenTokens } from './open-tokens.ts'
import { hostOf, isAllowedHost, isAllowedOrigin } from './origin.ts'
import { createOwnRequests } from './own-requests.ts'
import {
  eventOf,
  exchangeRefusal,
  forbidden,
  type RefusalContext,
  type Refused,
  refusal,
  rpcRefusal,
  type Verdict,
} from './refusals.ts'
import type { RequestHead, ResourceServer } from './resource-server.ts'
import { createRevocationView } from './revocations.ts'
import { createSubjectTokens, giveSubjectTokens } from './subject-tokens.ts'
import { VerifiedTokens } from './verified-tokens.ts'

/** A token that was verified. */
interface Known {
  accessToken: AccessToken
  verifiedAt: number
  /** Seconds after which it is verified anew. */
  freshFor: number
}

const longestHost = 300 // characters of what an outsider wrote that an event shows; a name has 253 at most

/**
 * Protects an MCP server with access tokens (RFC 6750, RFC 9728, RFC 9068).
 * Throws `TypeError` for an option that cannot stand.
 */
export function createResourceServer(resourceServerOptions: ResourceServerOptions): ResourceServer {
  const options = resolveOptions(resourceServerOptions)
  const { onEvent, now } = options
  const served = servedResources(options)
  const mirror = options.mirrorMetadata ? createMirror(options) : undefined
  const verified = new VerifiedTokens<Known>(options.cacheSize)
  const inFlight = new Map<string, Promise<Verdict>>()
  let keyChanges = 0
  const sinceTakenBack = new Map<string, WeakSet<AccessToken['claims']>>() // by issuer, what was verified since keys of it were taken back
  const issuers = createIssuers(options, () => {
    keyChanges += 1
    verified.clear()
  })
  const introspector = createIntrospector(options)
  const inactive = new VerifiedTokens<{ verdict: Verdict; askedAt: number }>(Math.min(options.cacheSize, 1000))
  const openTokens = createOpenTokens(async (token) => {
    const verdict = await verifyOnce(await sha256(token), token, undefined)
    if (verdict.kind === 'unavailable') throw new Error(verdict.detail)
    return verdict.kind === 'valid'
  })
  const tellUnreadable = (cause: unknown) =>
    onEvent({ type: 'verification_unavailable', reason: 'revocations', detail: String(cause) })
  const revocations =
    options.revocations &&
    createRevocationView(options.revocations, {
      now,
      freshness: options.revocationFreshness,
      readsBehind: options.worksBehind,
      onUnreadable: tellUnreadable,
      onKeysTakenBack(name) {
        keyChanges += 1
        verified.clear()
        const named = name === undefined ? [] : issuers.filter(({ issuer }) => sameIdentifier(issuer, name))
        // A feed that says nothing of whose it is, or another name, must not hide that a key was stolen.
        for (const { issuer, keys } of named.length > 0 ? named : issuers) {
          sinceTakenBack.set(issuer, new WeakSet())
          keys.forget()
        }
      },
    })

  /** At once where nothing has to be waited for: a token that is known, and a feed that was read a moment ago. */
  function verify(request: RequestHead): Verdict | Promise<Verdict> {
    const credentials = credentialsOf(request)
    if (credentials.kind === 'missing') return credentials
    if (credentials.kind === 'malformed') return { kind: 'invalid', reason: credentials.reason }
    const { token } = credentials
    const keyOf = () => sha256(token)
    const catchingUp = revocations?.catchUp()
    const key = catchingUp === undefined ? keyOf() : catchingUp.then(keyOf)
    return typeof key === 'string' ? verdictOn(key, token) : key.then((key) => verdictOn(key, token))
  }

  function verdictOn(key: string, token: string): Verdict | Promise<Verdict> {
    const known = verified.get(key)
    if (known !== undefined && isFresh(known)) return judgeRevocation(known.accessToken, { seenBefore: true })
    if (known !== undefined) verified.delete(key)
    return inactiveLately(key) ?? verifyOnce(key, token, known)
  }

  /** Whoever comes again and again with a token that is none does not have the issuer asked each time. */
  function inactiveLately(key: string): Verdict | undefined {
    const found = introspector && inactive.get(key)
    return found && Math.abs(now() - found.askedAt) < introspector.rememberFor ? found.verdict : undefined
  }

  /** Verified anew as often as keys are read anew: a key that its issuer took back must not live on in what was verified with it. */
  function isFresh({ accessToken, verifiedAt, freshFor }: Known): boolean {
    return now() < accessToken.expiresAt && Math.abs(now() - verifiedAt) < freshFor
  }

  /** One verification, however many requests ask for it at the same time. */
  function verifyOnce(key: string, token: string, known: Known | undefined): Promise<Verdict> {
    const running = inFlight.get(key)
    if (running !== undefined) return running
    const verdict = introspector?.isAskedAbout(token) ? introspectNow(key, token, known) : verifyNow(key, token, known)
    const verification = verdict.finally(() => inFlight.delete(key))
    inFlight.set(key, verification)
    return verification
  }

  /** Law 14: while its issuer cannot be asked, a token that was verified before is served for a while, and no other. */
  async function introspectNow(key: string, token: string, known: Known | undefined): Promise<Verdict> {
    const askedAt = now() // what ends after this instant may be missing from the answer
    const verdict = await introspector?.introspect(token)
    if (verdict === undefined || verdict.kind === 'unavailable') {
      const isServed = known !== undefined && now() < known.accessToken.expiresAt
      if (!isServed || Math.abs(now() - known.verifiedAt) > options.revocationGrace)
        return { kind: 'unavailable', reason: 'introspection', detail: String(verdict?.cause) }
      verified.set(key, known)
      return judgeRevocation(known.accessToken, { seenBefore: true })
    }
    if (verdict.kind === 'invalid') {
      verified.delete(key)
      inactive.set(key, { verdict, askedAt })
      return verdict
    }
    const accessToken = knownOf(verdict)
    const judged = judgeRevocation(accessToken, { seenBefore: known !== undefined })
    const freshFor = isToldByFeed(accessToken) ? refreshAfter : (introspector?.rememberFor ?? 0)
    if (judged.kind === 'valid') {
      verified.set(key, { accessToken, verifiedAt: askedAt, freshFor })
      sinceTakenBack.get(accessToken.issuer)?.add(accessToken.claims)
    }
    if (freshFor < refreshAfter) openTokens.know(accessToken, token)
    return judged
  }

  function knownOf(verdict: TokenVerdict & { kind: 'valid' }): AccessToken {
    const trusted = options.authorizationServers.find(({ issuer }) => issuer === verdict.issuer)
    if (trusted === undefined) throw new Error('A token was verified by rules of nobody') // a bug of ours
    return accessTokenOf(verdict, trusted, options)
  }

  /** Whether the feed tells of its end. It is of one authorization server, and where there are several it need not say of which. */
  function isToldByFeed({ grantId }: AccessToken): boolean {
    return revocations !== undefined && grantId !== undefined && options.authorizationServers.length === 1
  }

  async function verifyNow(key: string, token: string, known: Known | undefined): Promise<Verdict> {
    const changesBefore = keyChanges
    const sinceBefore = new Map(sinceTakenBack)
    const verdict = await verifyAccessToken(token, {
      rulesOf: (issuer) => issuers.find((rules) => sameIdentifier(rules.issuer, issuer)),
      audiences: options.served,
      maxTokenAge: options.maxTokenAge,
      clockTolerance: options.clockTolerance,
      now,
    })
    if (verdict.kind === 'unavailable') return { kind: 'unavailable', reason: 'keys', detail: String(verdict.cause) }
    if (verdict.kind === 'invalid') return verdict
    const accessToken = knownOf(verdict)
    const judged = judgeRevocation(accessToken, { seenBefore: known !== undefined })
    // What is refused while the feed cannot be read would count as seen before at its second try.
    const isJudged = judged.kind === 'valid'
    if (isJudged && keyChanges === changesBefore)
      verified.set(key, { accessToken, verifiedAt: now(), freshFor: refreshAfter })
    // Keys that only changed meanwhile, as by the read that brought the key of this very token, took nothing back.
    const since = sinceTakenBack.get(accessToken.issuer)
    if (isJudged && since === sinceBefore.get(accessToken.issuer)) since?.add(accessToken.claims)
    return judged
  }

  /** Law 14: while the feed cannot be read, what was verified before is served for a while, and nothing else. */
  function judgeRevocation(accessToken: AccessToken, { seenBefore }: { seenBefore: boolean }): Verdict {
    if (revocations === undefined) return { kind: 'valid', accessToken }
    if (isRevoked(accessToken, revocations.hasEnded)) return { kind: 'invalid', reason: 'revoked' }
    const age = revocations.age()
    if (age <= 2 || (seenBefore && age <= options.revocationGrace)) return { kind: 'valid', accessToken }
    return { kind: 'unavailable', reason: 'revocations', detail: `the feed was last read ${age} s ago` }
  }

  function refuse(verdict: Refused, request: RequestHead): Response {
    onEvent(eventOf(verdict, askedFor(request).resource))
    return refusal(verdict, contextOf(request))
  }

  function contextOf(request: RequestHead): RefusalContext {
    const { scopes, challengeParameters } = options
    const { metadataUrl } = askedFor(request)
    const headers = corsHeaders(request)
    return { metadataUrl, scopes, challengeParameters, readsResults: readsResults(request), headers }
  }

  function askedFor(request: RequestHead): ServedResource {
    return resourceAt(served, hostOf(request), pathOf(request))
  }

  const subjectTokens = createSubjectTokens(options, (reason, request) => exchangeRefusal(reason, contextOf(request)))

  function conclude(verdict: Verdict, request: RequestHead, scope: Iterable<string>): AccessToken | Response {
    if (verdict.kind !== 'valid') return refuse(verdict, request)
    subjectTokens.saw(request, verdict.accessToken)
    onEvent({ type: 'authenticated', resource: verdict.accessToken.resource, ...about(verdict.accessToken) })
    return authorize(request, verdict.accessToken, scope) ?? verdict.accessToken
  }

  function authorize(
    request: RequestHead,
    accessToken: AccessToken,
    required: Iterable<string>,
    calls?: ToldCalls,
  ): Response | undefined {
    const scopes = [...required]
    return covers(accessToken.scope, scopes)
      ? undefined
      : refuse({ kind: 'insufficient', accessToken, required: scopes, calls }, request)
  }

  function enforce(
    request: RequestHead,
    accessToken: AccessToken,
    rules: CallRules,
    messages: Messages,
  ): Response | undefined {
    const judgement = rules.judge(messages, accessToken)
    if (judgement.kind === 'allowed') return undefined
    const about = { accessToken, messages, calls: callsToTell(messages) }
    return judgement.kind === 'insufficient'
      ? refuse({ kind: 'insufficient', required: judgement.scopes, ...about }, request)
      : refuse({ kind: 'denied', by: 'rule', reason: judgement.reasons, ...about }, request)
  }

  function readsResults(request: RequestHead): boolean {
    const userAgent = request.headers.get('user-agent') ?? ''
    return options.clientsReadingResults.some((beginning) => userAgent.startsWith(beginning))
  }

  function corsHeaders(request: RequestHead): Readonly<Record<string, string>> {
    const origin = request.headers.get('origin')
    return origin === null || !isAllowedOrigin(origin, options) ? {} : corsHeadersFor(origin)
  }

  function isOver(accessToken: AccessToken): boolean {
    return (
      openTokens.hasEnded(accessToken) ||
      sinceTakenBack.get(accessToken.issuer)?.has(accessToken.claims) === false ||
      now() >= accessToken.expiresAt + options.clockTolerance ||
      (revocations !== undefined && isRevoked(accessToken, revocations.hasEnded))
    )
  }

  async function refreshRevocations(): Promise<void> {
    await Promise.all([revocations?.refresh(), openTokens.refresh()])
  }

  const mustEnd = createOpenAnswers({
    ...{ isOver, now, grace: options.revocationGrace },
    refresh: refreshRevocations,
    onUnreadable: tellUnreadable,
  })

  const server: ResourceServer = {
    resource: options.served[0],
    metadataUrl: served[0].metadataUrl,
    corsHeaders,
    isOwn: createOwnRequests(served, mirror?.paths),
    authorize,
    enforce,

    listView(request, accessToken, rules, messages) {
      const basics = readsResults(request) ? options.scopes : undefined
      return listViewOf(rules, { messages, isStream: request.method === 'GET', basics }, accessToken)
    },

    deny(request, accessToken, { reason, messages }) {
      const calls = messages && callsToTell(messages)
      return refuse({ kind: 'denied', by: 'host', accessToken, reason, messages, calls }, request)
    },

    refuseBody(request, { status, reason, code, message: detail }) {
      onEvent(requestRefused({ method: request.method, path: pathOf(request) }, { status, reason, detail }))
      return rpcRefusal({ status, code, message: detail }, corsHeaders(request))
    },

    async ready() {
      // An issuer whose tokens are introspected may have no keys at all.
      const withKeys = issuers.filter((_, nth) => options.authorizationServers[nth]?.introspection === undefined)
      await revocations?.refresh() // first: keys that are read afterwards lack what it says was taken back
      await Promise.all([...withKeys.map(({ keys }) => keys.ready()), introspector?.ready(), mirror?.ready()])
    },

    answer(request) {
      const host = hostOf(request)
      if (!isAllowedHost(host, options)) {
        onEvent({ type: 'host_rejected', host: (host ?? '').slice(0, longestHost) })
        return forbidden('This server does not answer at that host', {})
      }
      const path = pathOf(request)
      if (path.startsWith(protectedResourceWellKnown)) {
        const document = documentAt(served, { host, path, sharesHost: options.sharesHost })
        const ifAbsent = 'No protected resource has its metadata here'
        const found = { name: 'protected_resource', text: document, ifAbsent } as const
        return metadataAnswer({ method: request.method, path, headers: request.headers }, found, onEvent)
      }
      if (mirror?.paths.includes(path.replace(/(.)\/$/, '$1'))) return undefined // for everyone too, and answered by `answerMirrored`
      const origin = request.headers.get('origin')
      if (origin !== null && !isAllowedOrigin(origin, options)) {
        onEvent({ type: 'origin_rejected', origin: origin.slice(0, longestHost) })
        return forbidden('This server does not answer browsers at that origin', {})
      }
      return request.method === 'OPTIONS' ? preflight(request, corsHeaders(request)) : undefined
    },

    answerMirrored(request) {
      const path = pathOf(request).replace(/(.)\/$/, '$1')
      if (!mirror?.paths.includes(path) || !isAllowedHost(hostOf(request), options)) return undefined
      return mirror.answer({ method: request.method, path, headers: request.headers })
    },

    authenticate(request, { scope = [] } = {}) {
      const verdict = verify(request)
      return verdict instanceof Promise
        ? verdict.then((verdict) => conclude(verdict, request, scope))
        : conclude(verdict, request, scope)
    },

    isOver,
    mustEnd: (accessToken, { afterExpiry = 0 } = {}) => mustEnd(accessToken, afterExpiry),
    noteEnd: (grantId) => revocations?.note(grantId),
    refreshRevocations,
  }
  return giveSubjectTokens(server, subjectTokens)
}

/** The path alone; empty for a target that has none (`*`, RFC 9112 §3.2.4, or an absolute one that is no URL): anybody may send such. */
function pathOf({ url }: RequestHead): string {
  if (!url.startsWith('/')) return URL.canParse(url) ? new URL(url).pathname : ''
  const end = url.indexOf('?')
  return end === -1 ? url : url.slice(0, end)
}
