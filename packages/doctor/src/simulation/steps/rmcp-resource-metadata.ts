import { type Exchange, headerOf, statusOf } from '../../evidence/exchange.ts'
import { type Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { isObject, type JsonObject, readJson, stringIn } from './json-document.ts'
import { readRmcpChallenge } from './rmcp-challenge.ts'
import { discoveryFailed, failure } from './rmcp-failure.ts'
import { areLists, areStrings } from './serde.ts'
import { resourceMetadataAtPath, resourceMetadataAtRoot, resourceMetadataBehindPath } from './well-known-places.ts'

export interface FoundResource {
  readonly challengeScopes: readonly string[]
  /** Where the document is. */
  readonly url: string
  readonly document: JsonObject | undefined
}

const resourceStep = 'protected_resource_metadata'

/** The pointer in the challenge and the well-known places: the first where the document is. What the MCP URL says beside is not read. */
export async function findResourceMetadata(
  wire: Wire,
  protocolVersion: string,
  steps: Footprints,
): Promise<FoundResource | Walk> {
  const first = await wire.first('get', { protocolVersion, redirects: 'same_origin' })
  const step = first.outcome.kind === 'failure' ? 'reach' : 'challenge'
  steps.at(step, first)
  const failed = failure(first, step, wire.target, steps)
  if (failed !== undefined) return failed
  if (isOpenStream(first)) {
    const words = `${discoveryFailed(wire.target)}\n  Caused by: HTTP request failed: error decoding response body`
    return steps.stop('challenge', 'wrong_status', words)
  }
  const challenge = challengeIn(first, wire.target)
  const challengeScopes = challenge?.pointer === undefined ? [] : (challenge.scope?.split(/\s+/).filter(Boolean) ?? [])

  for (const url of placesOf(wire.target, challenge?.pointer)) {
    const answer = await wire.document(url, { redirects: 'same_origin' })
    steps.at(resourceStep, answer)
    const document = failure(answer, resourceStep, url, steps) ?? readResource(answer, url, wire, steps)
    if (document !== undefined) return hasEnded(document) ? document : { challengeScopes, url, document }
  }
  return { challengeScopes, url: wire.target, document: undefined }
}

/** It reads the answer to its end, which a stream of events has not. */
function isOpenStream(answer: Exchange): boolean {
  const { outcome } = answer
  const isWhole = outcome.kind === 'failure' || outcome.isWhole
  return !isWhole && headerOf(answer, 'content-type')?.startsWith('text/event-stream') === true
}

function placesOf(target: string, pointer: string | undefined): ReadonlySet<string> {
  const { origin, pathname } = new URL(target)
  const places = [
    resourceMetadataAtPath(`${origin}${pathname}`),
    resourceMetadataBehindPath(target),
    resourceMetadataAtRoot(target),
  ]
  return new Set(pointer === undefined ? places : [pointer, ...places])
}

function challengeIn(answer: Exchange, base: string) {
  const header = statusOf(answer) === 401 ? headerOf(answer, 'www-authenticate') : undefined
  return header === undefined ? undefined : readRmcpChallenge(header, base)
}

/** The document, or the end where its `resource` is another; `undefined` where there is none, whatever else there is. */
function readResource(answer: Exchange, url: string, wire: Wire, steps: Footprints): JsonObject | Walk | undefined {
  if (statusOf(answer) !== 200) return undefined
  const read = readJson(answer)
  if (read.kind === 'cut_off') return steps.cannotTell(resourceStep, `Of ${url} only the beginning was read`)
  if (read.kind !== 'value' || !isResourceDocument(read.value)) return undefined

  steps.at('resource_comparison')
  const resource = stringIn(read.value.resource)
  const stop = (words: string) =>
    steps.stop('resource_comparison', 'resource_mismatch', `Metadata error: Protected resource metadata ${words}`)
  if (resource === undefined) return stop('missing required resource field')
  if (!URL.canParse(resource)) return stop('resource field is not a valid URL')
  if (new URL(resource).hash !== '') return stop('resource does not permit fragment in URL as specified by RFC 8707')
  if (!isWithin(new URL(wire.target), new URL(resource)))
    return stop(`resource mismatch: reference '${new URL(wire.target).href}', permitted '${resource}'`)
  return read.value
}

/** What `serde` accepts for `ResourceServerMetadata`. */
function isResourceDocument(value: unknown): value is JsonObject {
  return (
    isObject(value) &&
    areStrings(value, ['resource', 'authorization_server']) &&
    areLists(value, ['authorization_servers', 'scopes_supported'])
  )
}

/** `is_resource_identifier_valid`. */
function isWithin(typed: URL, resource: URL): boolean {
  if (typed.origin !== resource.origin) return false
  if (typed.pathname === resource.pathname) return true
  return (
    typed.pathname.startsWith(resource.pathname) &&
    (resource.pathname.endsWith('/') || typed.pathname[resource.pathname.length] === '/')
  )
}
