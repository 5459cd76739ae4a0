import { statusOf } from '../../evidence/exchange.ts'
import { mostIssuers } from '../../probes/server-documents.ts'
import type { Footprints, Walk } from '../walk.ts'
import type { Wire } from '../wire.ts'
import { notAllLookedAt } from './discovery.ts'
import { isObject, type JsonObject, readJson, stringIn, stringsIn } from './json-document.ts'
import { isAllowedAuthorizationServer } from './rmcp-addresses.ts'
import { discoveryFailed, failure } from './rmcp-failure.ts'
import { areLists, areStrings } from './serde.ts'
import { authorizationServerAtRoot, authorizationServerPlaces } from './well-known-places.ts'

export interface RmcpServerMetadata {
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly issuer: string | undefined
  readonly registrationEndpoint: string | undefined
  readonly scopes: readonly string[] | undefined
  readonly responseTypes: readonly string[] | undefined
  readonly codeChallengeMethods: readonly string[] | undefined
  readonly document: JsonObject
}

/** Each server that the document names, until one has metadata. */
export async function fromServers(
  wire: Wire,
  named: readonly string[],
  base: string,
  steps: Footprints,
): Promise<RmcpServerMetadata | Walk> {
  const target = new URL(wire.target)
  const servers = named
    .flatMap((name) => (URL.canParse(name, base) ? [new URL(name, base)] : []))
    .filter((server) => isAllowedAuthorizationServer(server, target))
  for (const server of servers.slice(0, mostIssuers)) {
    const found = server.pathname.includes('/.well-known/')
      ? await fromPlace(wire, server.href, undefined, steps)
      : await fromIssuer(wire, server.href, server.href, steps)
    if (found !== undefined) return found
  }
  if (servers.length > mostIssuers) return steps.cannotTell(serverStep, notAllLookedAt(servers.length))
  const words = `Metadata error: protected resource metadata at ${base} names authorization servers ${named.join(', ')}, but none published usable metadata`
  return steps.stop(serverStep, 'authorization_server_metadata_not_found', words)
}

export async function fromIssuer(
  wire: Wire,
  url: string,
  issuer: string | undefined,
  steps: Footprints,
): Promise<RmcpServerMetadata | Walk | undefined> {
  for (const place of new Set([
    ...authorizationServerPlaces(url).map((each) => each.url),
    authorizationServerAtRoot(url),
  ])) {
    const found = await fromPlace(wire, place, issuer, steps)
    if (found !== undefined) return found
  }
  return undefined
}

const serverStep = 'authorization_server_metadata'

async function fromPlace(
  wire: Wire,
  url: string,
  issuer: string | undefined,
  steps: Footprints,
): Promise<RmcpServerMetadata | Walk | undefined> {
  const answer = await wire.document(url, { redirects: 'same_origin' })
  steps.at(serverStep, answer)
  const stopped = failure(answer, serverStep, url, steps)
  if (stopped !== undefined) return stopped
  const read = readJson(answer)
  if (read.kind === 'cut_off') return steps.cannotTell(serverStep, `Of ${url} only the beginning was read`)
  if (statusOf(answer) !== 200 || read.kind !== 'value') return undefined
  const metadata = metadataIn(read.value)
  if (metadata === undefined) return undefined

  const words = issuerRefusal(metadata.issuer, issuer ?? issuerOf(url), url)
  return words === undefined ? metadata : steps.stop(serverStep, 'issuer_mismatch', words)
}

/** Codex forgives an issuer that is missing, and looks at its origin before rmcp looks at the whole. */
function issuerRefusal(received: string | undefined, expected: string | undefined, url: string): string | undefined {
  if (received === undefined) return undefined
  if (URL.canParse(received) && new URL(received).origin !== new URL(url).origin)
    return `${discoveryFailed(url)}\n  Caused by: OAuth authorization server issuer does not match authorization metadata origin`
  if (expected === undefined || isSameIssuer(received, expected)) return undefined
  return `Authorization server issuer mismatch: expected ${expected}, received ${received}`
}

/** What `serde` accepts for `AuthorizationMetadata`. */
function metadataIn(document: unknown): RmcpServerMetadata | undefined {
  if (!isObject(document) || !areStrings(document, ['registration_endpoint', 'issuer', 'jwks_uri'])) return undefined
  if (!areLists(document, ['scopes_supported', 'response_types_supported', 'code_challenge_methods_supported']))
    return undefined
  const authorizationEndpoint = stringIn(document.authorization_endpoint)
  const tokenEndpoint = stringIn(document.token_endpoint)
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) return undefined
  return {
    authorizationEndpoint,
    tokenEndpoint,
    issuer: stringIn(document.issuer),
    registrationEndpoint: stringIn(document.registration_endpoint),
    scopes: stringsIn(document.scopes_supported),
    responseTypes: stringsIn(document.response_types_supported),
    codeChallengeMethods: stringsIn(document.code_challenge_methods_supported),
    document,
  }
}

/** The issuer whose document belongs at this place. */
function issuerOf(url: string): string | undefined {
  const { origin, pathname } = new URL(url)
  for (const place of ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']) {
    if (pathname === place) return `${origin}/`
    if (pathname.startsWith(`${place}/`)) return `${origin}${pathname.slice(place.length)}`
  }
  const appended = '/.well-known/openid-configuration'
  return pathname.endsWith(appended) ? `${origin}${pathname.slice(0, -appended.length)}` : undefined
}

function isSameIssuer(a: string, b: string): boolean {
  return a === b || withoutRootSlash(a) === withoutRootSlash(b)
}

function withoutRootSlash(issuer: string): string {
  const without = issuer.replace(/\/$/, '')
  return URL.canParse(without) && new URL(without).pathname === '/' ? without : issuer
}
