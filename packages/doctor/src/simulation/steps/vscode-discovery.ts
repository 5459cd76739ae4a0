import { type Exchange, statusOf } from '../../evidence/exchange.ts'
import { shownValue } from '../../evidence/shown-value.ts'
import { type Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { firstIn, isObject, type JsonObject, readJson, stringIn } from './json-document.ts'
import { whyUnknown } from './not-asked.ts'
import { resourceMetadataAtRoot } from './well-known-places.ts'

/** What VS Code uses of metadata: `createAuthMetadata` of `extHostMcp`. */
export interface VscodeDiscovery {
  /** `undefined`: none was found whose `resource` is the URL of the server, at the root its origin. */
  readonly resource: VscodeResource | undefined
  /** Where the metadata of the authorization server was found; the origin of the server where it was not. */
  readonly authorizationServer: string
  /** `undefined`: none was found. */
  readonly server: JsonObject | undefined
}

export interface VscodeResource {
  readonly resource: string
  readonly document: JsonObject
  readonly scopes: readonly string[] | undefined
}

export async function discover(
  wire: Wire,
  pointer: string | undefined,
  steps: Footprints,
): Promise<VscodeDiscovery | Walk> {
  const resource = await findResource(wire, pointer, steps)
  if (hasEnded(resource)) return resource
  const { origin } = new URL(wire.target)
  const authorizationServer = firstIn(resource?.document.authorization_servers) || origin
  const server = await findServer(wire, authorizationServer, steps)
  if (hasEnded(server)) return server
  return { resource, authorizationServer: server === undefined ? origin : authorizationServer, server }
}

/** `fetchResourceMetadata`: a document that is refused is as good as none. */
async function findResource(
  wire: Wire,
  pointer: string | undefined,
  steps: Footprints,
): Promise<VscodeResource | Walk | undefined> {
  let isRefused = false
  for (const { url, names } of resourcePlaces(wire.target, pointer)) {
    const answer = await wire.document(url)
    steps.at('protected_resource_metadata', answer)
    const unknown = whyUnknown(answer)
    if (unknown !== undefined) return steps.cannotTell('protected_resource_metadata', unknown)
    const found = readResource(answer)
    if (found === undefined) continue
    steps.at('resource_comparison', answer)
    if (isSame(found.resource, names)) return found
    isRefused = true
  }
  if (isRefused) steps.caveat({ kind: 'disregards_resource_metadata' })
  return undefined
}

/** `names`: what `resource` must be there. */
function resourcePlaces(target: string, pointer: string | undefined) {
  const { origin, pathname } = new URL(target)
  const root = resourceMetadataAtRoot(target)
  return [
    ...(pointer !== undefined && URL.canParse(pointer) ? [{ url: pointer, names: target }] : []),
    // The slash at the end of the path stays, and its query goes.
    ...(pathname === '/' ? [] : [{ url: `${root}${pathname}`, names: target }]),
    { url: root, names: origin },
  ]
}

function isSame(resource: string, expected: string): boolean {
  return URL.canParse(resource) && new URL(resource).href === new URL(expected).href
}

/** `isAuthorizationProtectedResourceMetadata`. */
function readResource(answer: Exchange): VscodeResource | undefined {
  const document = documentIn(answer)
  const resource = stringIn(document?.resource)
  if (document === undefined || !resource) return undefined
  const listed = document.scopes_supported
  if (listed !== undefined && !Array.isArray(listed)) return undefined
  return { resource, document, scopes: listed?.map(shownValue) }
}

/** `fetchAuthorizationServerMetadata`. */
async function findServer(
  wire: Wire,
  authorizationServer: string,
  steps: Footprints,
): Promise<JsonObject | Walk | undefined> {
  for (const url of serverPlaces(authorizationServer)) {
    const answer = await wire.document(url)
    steps.at('authorization_server_metadata', answer)
    const unknown = whyUnknown(answer)
    if (unknown !== undefined) return steps.cannotTell('authorization_server_metadata', unknown)
    const document = documentIn(answer)
    if (document !== undefined && isServerMetadata(document)) return document
  }
  return undefined
}

function serverPlaces(authorizationServer: string): ReadonlySet<string> {
  if (!URL.canParse(authorizationServer)) return new Set()
  const { origin, pathname } = new URL(authorizationServer)
  const path = pathname === '/' ? '' : pathname
  return new Set([
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${authorizationServer.replace(/\/$/, '')}/.well-known/openid-configuration`,
  ])
}

/** `isAuthorizationServerMetadata`: an issuer, and URLs where there should be some. */
function isServerMetadata(document: JsonObject): boolean {
  const urls = ['issuer', 'authorization_endpoint', 'token_endpoint', 'registration_endpoint', 'jwks_uri']
  return Boolean(document.issuer) && urls.every((name) => !document[name] || isHttp(document[name]))
}

function isHttp(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value)
}

function documentIn(answer: Exchange): JsonObject | undefined {
  const document = statusOf(answer) === 200 ? readJson(answer) : undefined
  return document?.kind === 'value' && isObject(document.value) ? document.value : undefined
}
