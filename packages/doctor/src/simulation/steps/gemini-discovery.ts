import type { ClientProfile } from '@portcullis/clients'
import { type Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { refusalOf } from './gemini-addresses.ts'
import { firstIn, isObject, type JsonObject, readJson } from './json-document.ts'
import { whyUnknown } from './not-asked.ts'
import { isSuccess } from './success.ts'
import { resourceMetadataAtPath, resourceMetadataAtRoot } from './well-known-places.ts'

/** What Gemini CLI takes for metadata of an authorization server: whatever JSON it was answered, and by whom it was led there. */
export interface GeminiDiscovery {
  readonly server: JsonObject
  /** Where it was led by the challenge, it has not looked for a registration endpoint yet. */
  readonly isFromChallenge: boolean
}

/** `authenticate` of its `oauth-provider`: after the challenge first, then as if there had been none. */
export async function discover(
  client: ClientProfile,
  wire: Wire,
  challenge: string | undefined,
  steps: Footprints,
): Promise<GeminiDiscovery | Walk> {
  const led = challenge === undefined ? undefined : await discoverFromChallenge(client, wire, challenge, steps)
  if (hasEnded(led)) return led
  if (led?.authorization_endpoint) return { server: led, isFromChallenge: true }

  const server = await discoverFromUrl(wire, steps)
  if (hasEnded(server)) return server
  if (server !== undefined) return { server, isFromChallenge: false }
  return steps.stop(
    'authorization_server_metadata',
    'authorization_server_metadata_not_found',
    'Failed to discover OAuth configuration from MCP server',
  )
}

/** `discoverOAuthFromWWWAuthenticate`. */
async function discoverFromChallenge(
  client: ClientProfile,
  wire: Wire,
  challenge: string,
  steps: Footprints,
): Promise<JsonObject | Walk | undefined> {
  const [, quoted, bare] = /resource_metadata=(?:"([^"]+)"|([^\s,]+))/.exec(challenge) ?? []
  const pointer = quoted ?? bare
  if (pointer === undefined) return undefined
  const url = URL.canParse(pointer, wire.target) ? new URL(pointer, wire.target).href : pointer
  const { origin } = new URL(wire.target)
  const isTiedToOrigin = client.challenge?.followsPointer?.value !== 'any_origin'
  const refusal = refusalOf(url, wire.target, isTiedToOrigin ? { expectedOrigin: origin } : {})
  if (refusal !== undefined) return steps.stop('protected_resource_metadata', 'resource_metadata_not_found', refusal)

  const resource = await readResource(wire, url, steps)
  if (resource === undefined || hasEnded(resource)) return resource
  const mismatch = compare(resource, wire.target, steps)
  if (mismatch !== undefined) return mismatch
  const issuer = firstIn(resource.authorization_servers)
  return issuer === undefined ? undefined : findServer(wire, issuer, steps)
}

/** `discoverOAuthConfig`: where the first authorization server has nothing, the MCP URL is tried as one. */
async function discoverFromUrl(wire: Wire, steps: Footprints): Promise<JsonObject | Walk | undefined> {
  const isAtRoot = new URL(wire.target).pathname === '/'
  const { origin, pathname } = new URL(wire.target)
  const atPath = await readResource(wire, resourceMetadataAtPath(`${origin}${pathname}`), steps)
  const resource =
    atPath === undefined && !isAtRoot ? await readResource(wire, resourceMetadataAtRoot(wire.target), steps) : atPath
  if (hasEnded(resource)) return resource
  const mismatch = resource && compare(resource, wire.target, steps)
  if (mismatch !== undefined) return mismatch

  const issuer = firstIn(resource?.authorization_servers)
  const server = issuer === undefined ? undefined : await findServer(wire, issuer, steps)
  return server ?? findServer(wire, wire.target, steps)
}

/** `fetchProtectedResourceMetadata`: any JSON but `null` is metadata, and then lacks its `resource`. */
async function readResource(wire: Wire, url: string, steps: Footprints): Promise<JsonObject | Walk | undefined> {
  return read(wire, url, 'protected_resource_metadata', steps)
}

/** `discoverAuthorizationServerMetadata`. */
export async function findServer(
  wire: Wire,
  issuer: string,
  steps: Footprints,
): Promise<JsonObject | Walk | undefined> {
  const refusal = refusalOf(issuer, wire.target)
  if (refusal !== undefined) return steps.stop(step, 'no_authorization_server', refusal)
  for (const url of placesOf(issuer)) {
    const document = await read(wire, url, step, steps)
    if (document !== undefined) return document
  }
  return undefined
}

const step = 'authorization_server_metadata'

/** The slash at the end of a path stays, and the root is tried for every issuer. */
function placesOf(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const wellKnown = `${origin}/.well-known`
  const atRoot = [`${wellKnown}/oauth-authorization-server`, `${wellKnown}/openid-configuration`]
  if (pathname === '/') return atRoot
  const appended = `${origin}${pathname}/.well-known/openid-configuration`
  return [...atRoot.map((url) => `${url}${pathname}`), appended, ...atRoot]
}

async function read(
  wire: Wire,
  url: string,
  at: 'protected_resource_metadata' | 'authorization_server_metadata',
  steps: Footprints,
): Promise<JsonObject | Walk | undefined> {
  const refusal = refusalOf(url, wire.target)
  if (refusal !== undefined) return steps.stop(at, 'unreachable', refusal)
  const answer = await wire.document(url)
  steps.at(at, answer)
  const unknown = whyUnknown(answer)
  if (unknown !== undefined) return steps.cannotTell(at, unknown)
  const document = isSuccess(answer) ? readJson(answer) : undefined
  if (document?.kind !== 'value' || !document.value) return undefined
  return isObject(document.value) ? document.value : {}
}

function compare(document: JsonObject, typed: string, steps: Footprints): Walk | undefined {
  steps.at('resource_comparison')
  const expected = resourceParameter(typed)
  const named = String(document.resource)
  if ((URL.canParse(named) ? resourceParameter(named) : named) === expected) return undefined
  return steps.stop(
    'resource_comparison',
    'resource_mismatch',
    `Protected resource ${named} does not match expected ${expected}`,
  )
}

/** `buildResourceParameter`: without query and fragment. */
export function resourceParameter(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}
