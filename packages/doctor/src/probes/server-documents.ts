import { originOf } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, statusOf } from '../evidence/exchange.ts'
import { isObject, type JsonObject, readJson, stringIn } from '../evidence/read-json.ts'
import { followSeen } from '../evidence/redirects.ts'
import {
  mcpHostServerMetadataPlaces,
  mistakenServerMetadataPlaces,
  type ServerMetadataPlace,
  serverMetadataPlaces,
} from './places.ts'
import { documentRequest } from './requests.ts'
import { issuersIn, isWebUrl, resourceDocument } from './resource-documents.ts'

/** The authorization servers of an MCP server; where its metadata names none, clients take its origin for one. */
export interface Issuers {
  readonly from: 'metadata' | 'guess'
  readonly issuers: readonly [string, ...string[]]
}

export function issuersOf(evidence: Evidence): Issuers {
  const [first, ...others] = issuersIn(resourceDocument(evidence)?.document ?? {})
  if (first === undefined) return { from: 'guess', issuers: [originOf(evidence.target)] }
  return { from: 'metadata', issuers: [first, ...others.slice(0, mostIssuers - 1)] }
}

/** More are not looked at. */
export const mostIssuers = 3

/** A place where authorization server metadata was looked for. */
export interface ServerPlace extends ServerMetadataPlace {
  /** After redirects. */
  readonly exchange: Exchange
  readonly document: JsonObject | undefined
}

/** Where clients look for an issuer's metadata, as far as it was asked, in their order. */
export function serverPlaces(evidence: Evidence, issuer: string): readonly ServerPlace[] {
  return seenPlaces(evidence, serverMetadataPlaces(issuer))
}

/** Where it stands by mistake, as far as that was asked. */
export function mistakenServerPlaces(evidence: Evidence, issuer: string): readonly ServerPlace[] {
  return seenPlaces(evidence, mistakenServerMetadataPlaces(issuer, evidence.target))
}

export function mcpHostServerPlaces(evidence: Evidence): readonly ServerPlace[] {
  return seenPlaces(evidence, mcpHostServerMetadataPlaces(evidence.target))
}

export interface ServerDocument extends ServerPlace {
  readonly issuer: string
  readonly document: JsonObject
}

/** The document that clients use for an issuer: the first there is. */
export function serverDocument(evidence: Evidence, issuer: string): ServerDocument | undefined {
  for (const place of serverPlaces(evidence, issuer))
    if (place.document !== undefined) return { ...place, issuer, document: place.document }
  return undefined
}

/** The documents that clients use, one for each issuer that has one. */
export function serverDocuments(evidence: Evidence): readonly ServerDocument[] {
  return issuersOf(evidence).issuers.flatMap((issuer) => serverDocument(evidence, issuer) ?? [])
}

/** The URL of an endpoint that a document names, where it can be asked. */
export function endpointIn(document: JsonObject, field: string): string | undefined {
  const value = stringIn(document[field])
  return value !== undefined && isWebUrl(value) ? value : undefined
}

function seenPlaces(evidence: Evidence, places: readonly ServerMetadataPlace[]): readonly ServerPlace[] {
  return places.flatMap((place) => {
    const first = seen(evidence, documentRequest(place.url))
    if (first === undefined) return []
    const exchange = followSeen(evidence, first)
    return [{ ...place, exchange, document: serverDocumentIn(exchange) }]
  })
}

/** Any JSON object that names an issuer or an endpoint. */
function serverDocumentIn(exchange: Exchange): JsonObject | undefined {
  if (statusOf(exchange) !== 200) return undefined
  const json = readJson(exchange)
  if (!isObject(json)) return undefined
  return ['issuer', 'authorization_endpoint', 'token_endpoint'].some((field) => field in json) ? json : undefined
}
