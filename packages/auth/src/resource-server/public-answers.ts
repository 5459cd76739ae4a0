import { protectedResourceWellKnown } from '../protocol/metadata.ts'
import type { ResolvedResourceServer } from './config.ts'
import { metadataAnswer, preflight } from './cors.ts'
import { documentAt, type ServedResource } from './metadata-documents.ts'
import type { MirroredMetadata } from './mirrored-metadata.ts'
import { hostOf, isAllowedHost, isAllowedOrigin } from './origin.ts'
import { forbidden } from './refusals.ts'
import { pathOf, pathWithoutEndSlash } from './request-path.ts'
import type { ResourceServer } from './resource-server.ts'

/** What is answered before anybody asks for a token: metadata, preflights, and requests at a host or from an origin that is not ours (law 1). */
export type PublicAnswers = Pick<ResourceServer, 'answer' | 'answerMirrored'>

const longestHost = 300 // characters of what an outsider wrote that an event shows; a name has 253 at most

export function createPublicAnswers(
  options: ResolvedResourceServer,
  served: readonly [ServedResource, ...ServedResource[]],
  { mirror, corsHeaders }: { mirror: MirroredMetadata | undefined; corsHeaders: ResourceServer['corsHeaders'] },
): PublicAnswers {
  const { onEvent } = options
  return {
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
      if (mirror?.paths.includes(pathWithoutEndSlash(request))) return undefined // for everyone too, and answered by `answerMirrored`
      const origin = request.headers.get('origin')
      if (origin !== null && !isAllowedOrigin(origin, options)) {
        onEvent({ type: 'origin_rejected', origin: origin.slice(0, longestHost) })
        return forbidden('This server does not answer browsers at that origin', {})
      }
      return request.method === 'OPTIONS' ? preflight(request, corsHeaders(request)) : undefined
    },

    answerMirrored(request) {
      if (mirror === undefined) return undefined
      const path = pathWithoutEndSlash(request)
      if (!mirror.paths.includes(path) || !isAllowedHost(hostOf(request), options)) return undefined
      return mirror.answer({ method: request.method, path, headers: request.headers })
    },
  }
}
