import type { ResolvedResourceServer } from './config.ts'
import { corsHeadersFor } from './cors.ts'
import { resourceAt, type ServedResource } from './metadata-documents.ts'
import { hostOf, isAllowedOrigin } from './origin.ts'
import { eventOf, type RefusalContext, type Refused, refusal } from './refusals.ts'
import { pathOf } from './request-path.ts'
import type { RequestHead } from './resource-server.ts'

/** Refuses whoever asks, in the terms of what is asked for and of whoever reads it. */
export interface Refuser {
  /** Tells the operator, and makes the answer. */
  refuse(verdict: Refused, request: RequestHead): Response
  contextOf(request: RequestHead): RefusalContext
  /** Whether the client reads a challenge in the result of a tool, and not in a 403. */
  readsResults(request: RequestHead): boolean
  /** Headers that let a browser at an allowed origin read the answer. */
  corsHeaders(request: RequestHead): Readonly<Record<string, string>>
}

export function createRefuser(
  options: ResolvedResourceServer,
  served: readonly [ServedResource, ...ServedResource[]],
): Refuser {
  const { onEvent, scopes, challengeParameters } = options

  function refuse(verdict: Refused, request: RequestHead): Response {
    onEvent(eventOf(verdict, askedFor(request).resource))
    return refusal(verdict, contextOf(request))
  }

  function contextOf(request: RequestHead): RefusalContext {
    const { metadataUrl } = askedFor(request)
    const headers = corsHeaders(request)
    return { metadataUrl, scopes, challengeParameters, readsResults: readsResults(request), headers }
  }

  function askedFor(request: RequestHead): ServedResource {
    return resourceAt(served, hostOf(request), pathOf(request))
  }

  function readsResults(request: RequestHead): boolean {
    const userAgent = request.headers.get('user-agent') ?? ''
    return options.clientsReadingResults.some((beginning) => userAgent.startsWith(beginning))
  }

  function corsHeaders(request: RequestHead): Readonly<Record<string, string>> {
    const origin = request.headers.get('origin')
    return origin === null || !isAllowedOrigin(origin, options) ? {} : corsHeadersFor(origin)
  }

  return { refuse, contextOf, readsResults, corsHeaders }
}
