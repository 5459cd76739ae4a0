import type { ClientProfile } from '@portcullis/clients'
import { type Exchange, headerOf, statusOf } from '../../evidence/exchange.ts'
import type { FamilyWalk } from '../family.ts'
import { firstIn, isObject, type JsonObject, readJson, stringsIn } from '../steps/json-document.ts'
import { earlySdk2, earlySdk2RegistrationWords } from '../steps/sdk-2-early.ts'
import { authorize } from '../steps/sdk-authorization.ts'
import { readSdkChallenge, type SdkChallenge } from '../steps/sdk-challenge.ts'
import { discover, type SdkDiscovery } from '../steps/sdk-discovery.ts'
import { receive, type SdkTransportWords } from '../steps/sdk-first-request.ts'
import {
  authorizationServerAtRoot,
  authorizationServerPlaces,
  resourceMetadataAtPath,
  resourceMetadataAtRoot,
} from '../steps/well-known-places.ts'
import { Footprints, hasEnded, type Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'

/**
 * `mcp-remote` 0.15.1, `dist/chunk-KJCT2FXL.js`: it looks for metadata itself, forgiving all, and then lets the SDK that it brings (an
 * earlier 2.x) look again. What it found itself only decides the scope.
 */
export const walkMcpRemote: FamilyWalk = async (client, wire) => {
  const steps = new Footprints()
  const own = await look(wire, steps)
  if (hasEnded(own)) return own

  const challenge = await connect(client, wire, steps)
  if (hasEnded(challenge)) return challenge
  const listed = own.resource?.scopes_supported
  if (listed !== undefined && listed !== '' && stringsIn(listed) === undefined) {
    const words = 'resourceScopes.join is not a function'
    return steps.stop('protected_resource_metadata', 'resource_metadata_unusable', words)
  }
  const discovery = await discover(wire, challenge.pointer, earlySdk2, steps)
  if (hasEnded(discovery)) return discovery

  const scope = scopeOf(own, challenge, discovery, steps)
  const offlineAccess = client.authorization?.offlineAccess?.value ?? 'if_listed'
  const sdkRules = { scope, offlineAccess, serialisesResource: true, registrationWords: earlySdk2RegistrationWords }
  return authorize(wire, client, discovery, sdkRules, steps)
}

/** What its own search brought: `discoverOAuthServerInfo`. */
interface OwnDiscovery {
  readonly challengeScope: string | undefined
  readonly resource: JsonObject | undefined
  readonly metadata: JsonObject | undefined
}

async function look(wire: Wire, steps: Footprints): Promise<OwnDiscovery | Walk> {
  const answer = await wire.first('get', { redirects: 'follow' })
  steps.at('challenge', answer)
  if (isOk(answer))
    return { challengeScope: undefined, resource: undefined, metadata: await serverMetadata(wire, wire.target, steps) }

  const { pointer, scope } = statusOf(answer) === 401 ? parseChallenge(headerOf(answer, 'www-authenticate')) : {}
  const resource = await resourceMetadata(wire, pointer, steps)
  const issuer = firstIn(resource?.authorization_servers) ?? wire.target
  if (!URL.canParse(issuer)) return steps.stop('protected_resource_metadata', 'no_authorization_server', 'Invalid URL')
  return { challengeScope: scope, resource, metadata: await serverMetadata(wire, issuer, steps) }
}

/** `parseWWWAuthenticateHeader`. */
function parseChallenge(header: string | undefined): { pointer?: string; scope?: string } {
  const found: Record<string, string | undefined> = {}
  for (const [, name = '', quoted, bare] of (header ?? '')
    .replace(/^Bearer\s+/i, '')
    .matchAll(/(\w+)=(?:"([^"]*)"|([\w-]+))/g))
    found[name] = quoted ?? bare
  const { resource_metadata: pointer, scope } = found
  return { ...(pointer && { pointer }), ...(scope !== undefined && { scope }) }
}

async function resourceMetadata(
  wire: Wire,
  pointer: string | undefined,
  steps: Footprints,
): Promise<JsonObject | undefined> {
  const places = [
    resourceMetadataAtPath(new URL(new URL(wire.target).pathname, wire.target).href),
    resourceMetadataAtRoot(wire.target),
  ]
  const first = pointer !== undefined && URL.canParse(pointer) ? [pointer] : []
  return firstObject(new Set([...first, ...places]), 'protected_resource_metadata', wire, steps)
}

/** The specification's places, and the root between them for servers that ignore the path. */
async function serverMetadata(wire: Wire, issuer: string, steps: Footprints): Promise<JsonObject | undefined> {
  const [inserted = '', ...others] = authorizationServerPlaces(issuer).map(({ url }) => url)
  const places = others.length === 1 ? [inserted, ...others] : [inserted, authorizationServerAtRoot(issuer), ...others]
  return firstObject(places, 'authorization_server_metadata', wire, steps)
}

async function firstObject(
  urls: Iterable<string>,
  step: 'protected_resource_metadata' | 'authorization_server_metadata',
  wire: Wire,
  steps: Footprints,
): Promise<JsonObject | undefined> {
  for (const url of urls) {
    const answer = await wire.document(url)
    steps.at(step, answer)
    const document = isOk(answer) ? readJson(answer) : undefined
    if (document?.kind === 'value' && isObject(document.value)) return document.value
  }
  return undefined
}

/** `connectToRemoteServer` with `http-first`: the older transport is tried where there seems to be no other. */
async function connect(client: ClientProfile, wire: Wire, steps: Footprints): Promise<SdkChallenge | Walk> {
  const answer = await wire.first('post_initialize', { redirects: 'follow' })
  const statuses = client.challenge?.statuses?.value ?? [401]
  const status = statusOf(answer)
  if (status !== 404 && status !== 405) return receive(answer, { statuses, schemes: ['bearer'], words }, steps)

  steps.at('challenge', answer)
  const stream = await wire.first('get', { redirects: 'follow' })
  steps.at('challenge', stream)
  if (statuses.includes(statusOf(stream) ?? 0)) return readSdkChallenge(stream, ['bearer'])
  if (isOk(stream) && headerOf(stream, 'content-type')?.startsWith('text/event-stream'))
    return steps.end({ kind: 'needs_no_sign_in' })
  return steps.stop('challenge', 'wrong_status')
}

/** The SDK's choice, unless that came from what mcp-remote read itself: then its own (`applyScope`). */
function scopeOf(
  own: OwnDiscovery,
  challenge: SdkChallenge,
  discovery: SdkDiscovery,
  steps: Footprints,
): string | undefined {
  const fromSdk = challenge.scope ?? (discovery.resource?.scopes?.join(' ') || undefined)
  const gainsOfflineAccess = discovery.metadata?.scopes?.includes('offline_access') ?? false
  const isOurs = fromSdk === stringsIn(own.resource?.scopes_supported)?.join(' ') && !gainsOfflineAccess
  if (fromSdk !== undefined && !isOurs) return fromSdk
  return effectiveScope(own, steps) || undefined
}

/** `getEffectiveScope`. */
function effectiveScope({ challengeScope, resource, metadata }: OwnDiscovery, steps: Footprints): string {
  if (challengeScope?.trim()) return challengeScope
  const ofResource = stringsIn(resource?.scopes_supported)
  if (ofResource !== undefined) return ofResource.join(' ')
  const ofServer = stringsIn(metadata?.scopes_supported)
  if (ofServer === undefined) return 'openid email profile'
  if (ofServer.length > 1) steps.caveat({ kind: 'asks_for_all_scopes', count: ofServer.length })
  return ofServer.join(' ')
}

function isOk(answer: Exchange): boolean {
  const status = statusOf(answer)
  return status !== undefined && status >= 200 && status < 300
}

const words: SdkTransportWords = {
  noAnswer: 'fetch failed',
  status: (body) => `Error POSTing to endpoint: ${body}`,
  redirect: () => '',
  contentType: (value) => `Unexpected content type: ${value ?? null}`,
  // Whatever says so is taken for a 401, and then no browser opens.
  error: (_, message) =>
    message.includes('Unauthorized') ? 'Authentication required. Waiting for authorization...' : message,
}
