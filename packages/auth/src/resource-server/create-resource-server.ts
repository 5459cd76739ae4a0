import { listViewOf } from '../mcp/list-view.ts'
import { callsToTell } from '../mcp/told-calls.ts'
import type { ToldCalls } from '../protocol/events.ts'
import { requestRefused } from '../protocol/request-refused.ts'
import { covers } from '../protocol/scope.ts'
import { type AccessToken, about } from './access-token.ts'
import { type ResourceServerOptions, resolveOptions } from './config.ts'
import { feedUnreadable } from './ended-grants.ts'
import { servedResources } from './metadata-documents.ts'
import { createMirror } from './mirrored-metadata.ts'
import { createOpenAnswers } from './open-answers.ts'
import { createOwnRequests } from './own-requests.ts'
import { createPublicAnswers } from './public-answers.ts'
import { rpcRefusal, type Verdict } from './refusals.ts'
import { createRefuser } from './refuser.ts'
import { pathOf } from './request-path.ts'
import type { RequestHead, ResourceServer } from './resource-server.ts'
import { createSubjectTokens, giveSubjectTokens } from './subject-tokens.ts'
import { createVerification } from './verification.ts'

/**
 * Protects an MCP server with access tokens (RFC 6750, RFC 9728, RFC 9068).
 * Throws `TypeError` for an option that cannot stand.
 */
export function createResourceServer(resourceServerOptions: ResourceServerOptions): ResourceServer {
  const options = resolveOptions(resourceServerOptions)
  const { onEvent } = options
  const served = servedResources(options)
  const mirror = options.mirrorMetadata ? createMirror(options) : undefined
  const { verify, isOver, refreshEnds, noteEnd, ready } = createVerification(options)
  const { refuse, contextOf, readsResults, corsHeaders } = createRefuser(options, served)
  const subjectTokens = createSubjectTokens(options, contextOf)
  const mustEnd = createOpenAnswers({
    ...{ isOver, refresh: refreshEnds, now: options.now, grace: options.revocationGrace },
    onUnreadable: (cause) => onEvent(feedUnreadable(cause)),
    onFailure: (cause) => onEvent({ type: 'failure', operation: 'open_answer', cause }),
  })

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

  const server: ResourceServer = {
    resource: options.served[0],
    metadataUrl: served[0].metadataUrl,
    isOwn: createOwnRequests(served, mirror?.paths),
    ...createPublicAnswers(options, served, { mirror, corsHeaders }),

    async ready() {
      await Promise.all([ready(), mirror?.ready()])
    },

    authenticate(request, { scope = [] } = {}) {
      const verdict = verify(request)
      return verdict instanceof Promise
        ? verdict.then((verdict) => conclude(verdict, request, scope))
        : conclude(verdict, request, scope)
    },

    authorize,

    enforce(request, accessToken, rules, messages) {
      const judgement = rules.judge(messages, accessToken)
      if (judgement.kind === 'allowed') return undefined
      const about = { accessToken, messages, calls: callsToTell(messages) }
      return judgement.kind === 'insufficient'
        ? refuse({ kind: 'insufficient', required: judgement.scopes, ...about }, request)
        : refuse({ kind: 'denied', by: 'rule', reason: judgement.reasons, ...about }, request)
    },

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

    isOver,
    mustEnd: (accessToken, { afterExpiry = 0 } = {}) => mustEnd(accessToken, afterExpiry),
    noteEnd,
    refreshRevocations: refreshEnds,
    corsHeaders,
  }
  return giveSubjectTokens(server, subjectTokens)
}
