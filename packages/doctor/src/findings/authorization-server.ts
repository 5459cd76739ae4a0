import { originOf } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { type Exchange, type Failure, statusOf } from '../evidence/exchange.ts'
import { stringsIn } from '../evidence/read-json.ts'
import { aliasesOf } from '../probes/authorization-server.ts'
import { serverMetadataPlaces } from '../probes/places.ts'
import { endpointRequest } from '../probes/requests.ts'
import { resourceDocument } from '../probes/resource-documents.ts'
import {
  type Issuers,
  issuersOf,
  mistakenServerPlaces,
  type ServerDocument,
  type ServerPlace,
  serverDocument,
  serverPlaces,
} from '../probes/server-documents.ts'
import { findInServerDocument } from './authorization-server-document.ts'
import { findAtEndpoints } from './authorization-server-endpoints.ts'
import { isOauthMeant } from './challenge.ts'
import { type Finding, finding } from './finding.ts'
import { identityProviderOf } from './identity-providers.ts'
import { differingField, guardedAmong, lookedAt, notJsonAmong, wrongType } from './metadata-answers.ts'
import { findInRegistration } from './registration.ts'

/** A: the authorization servers that the metadata names, or the one that clients guess. */
export function findInAuthorizationServer(evidence: Evidence): readonly Finding[] {
  if (!isOauthMeant(evidence)) return []
  const issuers = issuersOf(evidence)
  const [first] = issuers.issuers
  const used = serverDocument(evidence, first)
  return [
    ...issuers.issuers.flatMap((issuer) => findOfIssuer(evidence, issuer, issuers)),
    ...(used === undefined ? [] : findAtEndpoints(evidence, used)),
    ...(used === undefined ? [] : scopesUnknown(evidence, used)),
    ...findInRegistration(evidence, used),
    ...(used === undefined ? [] : noAliases(evidence, used)),
  ]
}

function findOfIssuer(evidence: Evidence, issuer: string, { from }: Issuers): readonly Finding[] {
  const used = serverDocument(evidence, issuer)
  if (used === undefined) return nothingFound(evidence, issuer)
  return [
    ...findInServerDocument(used, from),
    ...wrongType(used),
    ...documentsDiffer(serverPlaces(evidence, issuer)),
    ...identityProvider(used),
  ]
}

function nothingFound(evidence: Evidence, issuer: string): readonly Finding[] {
  const places = serverPlaces(evidence, issuer)
  const exchanges = places.map(({ exchange }) => exchange)
  const failures = exchanges.flatMap((exchange) => failureIn(exchange) ?? [])
  const [failure] = failures
  if (failure === undefined && places.length === 0) return []
  if (failure !== undefined && failures.length === exchanges.length) {
    if (failure.reason === 'not_asked') return []
    const { reason, detail } = failure
    return [finding('authorization_server_unreachable', { issuer, reason, detail }, ...exchanges)]
  }
  return elsewhere(evidence, issuer) ?? guarded(places) ?? notJson(places) ?? [missing(issuer, places)]
}

function failureIn({ outcome }: Exchange): Failure | undefined {
  return outcome.kind === 'failure' ? outcome : undefined
}

/** A document that names this issuer, where clients do not look. */
function elsewhere(evidence: Evidence, issuer: string): readonly Finding[] | undefined {
  const found = mistakenServerPlaces(evidence, issuer).find(({ document }) => document?.issuer === issuer)
  const expected = serverMetadataPlaces(issuer)[0]?.url
  if (found === undefined || expected === undefined) return undefined
  return [finding('authorization_server_metadata_elsewhere', { issuer, found: found.url, expected }, found.exchange)]
}

function guarded(places: readonly ServerPlace[]): readonly Finding[] | undefined {
  const place = guardedAmong(places)
  if (place === undefined) return undefined
  const { url, status, exchange } = place
  return [finding('authorization_server_metadata_guarded', { url, status }, exchange)]
}

function notJson(places: readonly ServerPlace[]): readonly Finding[] | undefined {
  const place = notJsonAmong(places)
  return place && [finding('authorization_server_metadata_not_json', place.args, place.exchange)]
}

function missing(issuer: string, places: readonly ServerPlace[]): Finding {
  const exchanges = places.map(({ exchange }) => exchange)
  return finding('authorization_server_metadata_missing', { issuer, looked: lookedAt(places) }, ...exchanges)
}

const fieldsThatAgree = ['issuer', 'authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'jwks_uri']

/** Some clients read the one document, some the other. */
function documentsDiffer(places: readonly ServerPlace[]): readonly Finding[] {
  const [first, ...others] = places.filter(({ document }) => document !== undefined)
  if (first?.document === undefined) return []
  for (const other of others) {
    const differing = other.document && differingField(first.document, other.document, fieldsThatAgree)
    if (differing !== undefined) {
      const urls = [first.url, other.url] as const
      return [finding('metadata_documents_differ', { urls, ...differing }, first.exchange, other.exchange)]
    }
  }
  return []
}

/** An authorization server need not list all that it knows (RFC 8414 §2): a doubt, and no more. */
function scopesUnknown(evidence: Evidence, { document, exchange }: ServerDocument): readonly Finding[] {
  const resource = resourceDocument(evidence)
  const known = stringsIn(document.scopes_supported)
  if (resource === undefined || known === undefined || known.length === 0) return []
  const scopes = (stringsIn(resource.document.scopes_supported) ?? []).filter((scope) => !known.includes(scope))
  return scopes.length === 0 ? [] : [finding('resource_scopes_unknown', { scopes }, resource.exchange, exchange)]
}

function identityProvider({ issuer, document, exchange }: ServerDocument): readonly Finding[] {
  const provider = identityProviderOf(issuer, document)
  return provider === undefined ? [] : [finding('identity_provider', { ...provider, issuer }, exchange)]
}

/** Some clients forget the metadata and go to the MCP host (`aliasesOf`). */
function noAliases(evidence: Evidence, used: ServerDocument): readonly Finding[] {
  if (originOf(used.issuer) === originOf(evidence.target)) return []
  const asked = aliasesOf(evidence.target).flatMap((url) => seen(evidence, endpointRequest(url)) ?? [])
  const missingOnes = asked.filter((exchange) => statusOf(exchange) === 404)
  if (missingOnes.length === 0) return []
  return [finding('no_aliases_at_root', { missing: missingOnes.map(({ request }) => request.url) }, ...missingOnes)]
}
