import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { readChallenge } from '../evidence/read-challenge.ts'
import { isObject, type JsonObject, readJson, stringIn, stringsIn } from '../evidence/read-json.ts'
import { followSeen } from '../evidence/redirects.ts'
import { olderTransport } from './older-transport.ts'
import { resourceMetadataPlaces } from './places.ts'
import { documentRequest, mcpRequest } from './requests.ts'

/** A place where protected resource metadata was looked for. */
export interface ResourcePlace {
  readonly place: 'pointer' | 'path' | 'root' | 'suffix'
  readonly url: string
  /** What was answered there. */
  readonly asked: Exchange
  /** After redirects. */
  readonly exchange: Exchange
  /** What stands there, where it is such a document. */
  readonly document: JsonObject | undefined
}

/** Where the challenge points, as it stands there. */
export function pointerOf(evidence: Evidence): string | undefined {
  const first = challengedIn(evidence)
  return first === undefined ? undefined : readChallenge(first)?.resourceMetadata
}

/** The answer in which a challenge is looked for: to the first request, or to GET, where the transport of 2024-11-05 asks for a token. */
export function challengedIn(evidence: Evidence): Exchange | undefined {
  const post = seen(evidence, mcpRequest(evidence.target, 'post_initialize'))
  const get = seen(evidence, mcpRequest(evidence.target, 'get'))
  const isOlder = post !== undefined && get !== undefined && olderTransport(post, get) === 'challenged'
  return isOlder ? get : post
}

/** The places that were looked at, in the order in which clients look. */
export function resourcePlaces(evidence: Evidence): readonly ResourcePlace[] {
  const { path, root, suffix } = resourceMetadataPlaces(evidence.target)
  const pointer = pointerOf(evidence)
  const candidates = [
    ...(pointer === undefined ? [] : [{ place: 'pointer', url: pointer } as const]),
    { place: 'path', url: path } as const,
    ...(root === path ? [] : [{ place: 'root', url: root } as const]),
    ...(suffix === root ? [] : [{ place: 'suffix', url: suffix } as const]),
  ]
  return candidates.flatMap(({ place, url }) => {
    const first = seen(evidence, documentRequest(url))
    if (first === undefined) return []
    const exchange = followSeen(evidence, first)
    return [{ place, url, asked: first, exchange, document: resourceDocumentIn(exchange) }]
  })
}

/** The document that clients use: the first there is. */
export function resourceDocument(evidence: Evidence): (ResourcePlace & { document: JsonObject }) | undefined {
  for (const place of resourcePlaces(evidence))
    if (place.document !== undefined) return { ...place, document: place.document }
  return undefined
}

/** Who issues tokens, as far as the metadata names URLs. */
export function issuersIn(document: JsonObject): readonly string[] {
  const listed = Array.isArray(document.authorization_servers) ? document.authorization_servers : []
  return (stringsIn(listed.filter((each) => typeof each === 'string')) ?? []).filter(isWebUrl)
}

export function isWebUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** Any JSON object with a field of RFC 9728: an error in JSON, served as 200, is none. */
function resourceDocumentIn(exchange: Exchange): JsonObject | undefined {
  if (statusOf(exchange) !== 200) return undefined
  const json = readJson(exchange)
  if (!isObject(json)) return undefined
  return stringIn(json.resource) !== undefined || 'authorization_servers' in json ? json : undefined
}
