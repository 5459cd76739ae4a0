import { originOf, pathOf } from '@portcullis/auth/protocol'
import { type Evidence, seen } from '../evidence/evidence.ts'
import { headerOf, statusOf } from '../evidence/exchange.ts'
import { isObject, type JsonObject, readJson, stringIn, stringsIn } from '../evidence/read-json.ts'
import { shownValue } from '../evidence/shown-value.ts'
import { documentHeadRequest, misnamedRequest, wrongHost } from '../probes/requests.ts'
import { isWebUrl, type ResourcePlace, resourceDocument, resourcePlaces } from '../probes/resource-documents.ts'
import { isOauthMeant } from './challenge.ts'
import { differenceBetween } from './difference.ts'
import { type Finding, finding } from './finding.ts'
import { differingField, guardedAmong, lookedAt, notJsonAmong, wrongType } from './metadata-answers.ts'

/** P: the metadata of the protected resource. */
export function findInProtectedResource(evidence: Evidence): readonly Finding[] {
  const used = resourceDocument(evidence)
  if (used === undefined) return isOauthMeant(evidence) ? nothingFound(resourcePlaces(evidence)) : []
  return [
    ...unusablePointer(evidence),
    ...atOnePlaceOnly(evidence),
    ...resource(evidence, used),
    ...documentsDiffer(evidence),
    ...authorizationServers(used),
    ...scopes(used),
    ...bearerMethods(used),
    ...wrongType(used),
    ...headDiffers(evidence, used),
    ...followsHostHeader(evidence, used),
  ]
}

type Used = ResourcePlace & { document: JsonObject }

/** One fault of the three: none is there, all are guarded, or something else answers. */
function nothingFound(places: readonly ResourcePlace[]): readonly Finding[] {
  // Behind the path of the MCP endpoint stands what guards that endpoint.
  const guarded = guardedAmong(places.filter(({ place }) => place !== 'suffix'))
  if (guarded !== undefined)
    return [finding('resource_metadata_guarded', { url: guarded.url, status: guarded.status }, guarded.exchange)]
  const notJson = notJsonAmong(places)
  if (notJson !== undefined) return [finding('resource_metadata_not_json', notJson.args, notJson.exchange)]
  if (!places.some(({ exchange }) => statusOf(exchange) !== undefined)) return []
  const exchanges = places.map(({ exchange }) => exchange)
  return [finding('resource_metadata_missing', { looked: lookedAt(places) }, ...exchanges)]
}

/** The challenge points at a place that is no use, though there is a document elsewhere: clients follow the challenge. */
function unusablePointer(evidence: Evidence): readonly Finding[] {
  const [first] = resourcePlaces(evidence)
  if (first === undefined || first.place !== 'pointer' || first.document !== undefined) return []
  const guarded = guardedAmong([first])
  if (guarded !== undefined)
    return [finding('resource_metadata_guarded', { url: guarded.url, status: guarded.status }, guarded.exchange)]
  const notJson = notJsonAmong([first])
  return notJson === undefined ? [] : [finding('resource_metadata_not_json', notJson.args, notJson.exchange)]
}

function atOnePlaceOnly(evidence: Evidence): readonly Finding[] {
  const places = resourcePlaces(evidence)
  const path = places.find(({ place }) => place === 'path')
  const root = places.find(({ place }) => place === 'root')
  if (path === undefined || root === undefined) return []
  const args = { root: root.url, path: path.url }
  if (path.document === undefined && root.document !== undefined)
    return [finding('resource_metadata_at_root_only', args, path.exchange, root.exchange)]
  if (path.document !== undefined && root.document === undefined)
    return [finding('resource_metadata_at_path_only', args, root.exchange, path.exchange)]
  return []
}

/** The document that clients use names the URL that the person typed, or it is another server's to them. */
function resource({ target }: Evidence, { document, url, exchange }: Used): readonly Finding[] {
  const value = stringIn(document.resource)
  if (value === undefined || value === '') return [finding('resource_missing', { url }, exchange)]
  const typed = target.replace(/#.*$/, '')
  const difference = differenceBetween(value, typed)
  // A query is often a key or a switch of the server, which its metadata does not repeat.
  if (difference === undefined || differenceBetween(value, typed.replace(/\?.*$/, '')) === undefined) return []
  return [finding('resource_mismatch', { resource: value, typed, difference, url }, exchange)]
}

function documentsDiffer(evidence: Evidence): readonly Finding[] {
  const [first, ...others] = resourcePlaces(evidence).filter(({ document }) => document !== undefined)
  if (first?.document === undefined) return []
  for (const other of others) {
    if (other.document === undefined || other.exchange.id === first.exchange.id) continue
    const differing = differingField(first.document, other.document, fieldsThatAgree(other, evidence.target))
    if (differing !== undefined) {
      const urls = [first.url, other.url] as const
      return [finding('resource_documents_differ', { urls, ...differing }, first.exchange, other.exchange)]
    }
  }
  return []
}

/** The root form of a server with a path may speak of the origin (RFC 9728 §3.3). */
function fieldsThatAgree({ place, document }: ResourcePlace, target: string): readonly string[] {
  const isOfOrigin = place === 'root' && pathOf(target) !== '' && isOrigin(document?.resource, target)
  return isOfOrigin ? ['authorization_servers'] : ['resource', 'authorization_servers']
}

function isOrigin(value: unknown, target: string): boolean {
  return value === originOf(target) || value === `${originOf(target)}/`
}

function authorizationServers({ document, url, exchange }: Used): readonly Finding[] {
  const listed = document.authorization_servers
  if (!Array.isArray(listed) || listed.length === 0)
    return [finding('authorization_servers_missing', { url }, exchange)]
  const wrong = listed.filter((each) => typeof each !== 'string' || !isWebUrl(each))
  return wrong
    .slice(0, mostOfOneCode)
    .map((each) =>
      finding('authorization_server_not_url', { value: shownValue(each), url, count: wrong.length }, exchange),
    )
}

/** A list may be as long as its server likes: it is one mistake all the same. */
const mostOfOneCode = 3

/** Some clients ask for all that is listed, and people read it all on the consent page. */
const manyScopes = 20

function scopes({ document, url, exchange }: Used): readonly Finding[] {
  const listed = stringsIn(document.scopes_supported) ?? []
  return [
    ...(listed.length >= manyScopes ? [finding('resource_scopes_many', { count: listed.length }, exchange)] : []),
    ...(listed.includes('offline_access') ? [finding('resource_scopes_offline_access', { url }, exchange)] : []),
  ]
}

/** RFC 9728 §2: where the field is absent nothing is said. */
function bearerMethods({ document, exchange }: Used): readonly Finding[] {
  const methods = stringsIn(document.bearer_methods_supported)
  return methods === undefined || methods.includes('header')
    ? []
    : [finding('bearer_header_not_listed', { methods }, exchange)]
}

function headDiffers(evidence: Evidence, { url, asked }: Used): readonly Finding[] {
  const exchange = seen(evidence, documentHeadRequest(url))
  const [get, head] = [statusOf(asked), exchange && statusOf(exchange)]
  if (get === undefined || head === undefined || get === head || head === 429) return []
  return [finding('metadata_head_differs', { url, get, head }, exchange, asked)]
}

function followsHostHeader(evidence: Evidence, { url }: Used): readonly Finding[] {
  for (const header of ['host', 'x-forwarded-host'] as const) {
    const exchange = seen(evidence, misnamedRequest(url, header))
    const document = exchange === undefined || statusOf(exchange) !== 200 ? undefined : readJson(exchange)
    if (exchange === undefined || !isObject(document)) continue
    const field = ['resource', 'authorization_servers'].find((name) =>
      JSON.stringify(document[name])?.includes(wrongHost),
    )
    if (field === undefined) continue
    const args = { url, sent: `${header}: ${wrongHost}`, field, value: shownValue(document[field]) }
    const cacheControl = headerOf(exchange, 'cache-control') ?? ''
    return [
      finding('resource_metadata_follows_host_header', args, exchange),
      ...(/\bpublic\b|s-maxage/i.test(cacheControl)
        ? [finding('host_derived_document_cached', { url, cacheControl }, exchange)]
        : []),
    ]
  }
  return []
}
