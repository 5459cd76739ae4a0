import { type Observation, type Observer, type Scenes, seenIn, standsIn } from './observation.ts'
import { compareVersions, type RecordedRequest, type Recording } from './recording.ts'
import { authorizationQuery, discoveryOf, headerOf, pathOf, registrationOf } from './steps.ts'

const prm = '/.well-known/oauth-protected-resource'
const oauth = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'

export const observeNetwork: Observer = ({ default: plain, ...others }) => [
  seenIn(newest([plain, ...Object.values(others)]), 'version', ({ version }) => version),
  seenIn(plain, 'network.userAgent.mcp', (seen) => agentOf(seen, seen.requests.find(isMcp))),
  seenIn(plain, 'network.userAgent.discovery', (seen) => agentOf(seen, discoveryOf(seen)[0])),
  seenIn(plain, 'network.userAgent.registration', (seen) => agentOf(seen, registrationOf(seen))),
  seenIn(plain, 'network.reaches', () => 'anything'),
]

export const observeChallenge: Observer = ({ default: plain, nowwwprm, bareheader, noprm }) => [
  seenIn(plain, 'challenge.firstRequest', ({ requests }) => firstRequest(requests[0])),
  seenIn(
    plain,
    'challenge.protocolVersion',
    ({ requests: [first] }) => first && headerOf(first, 'mcp-protocol-version'),
  ),
  seenIn(plain, 'challenge.statuses', ({ requests: [first] }) => first && [first.response.status], includes(401)),
  withoutPointer([nowwwprm, bareheader, noprm]),
]

export const observeProtectedResource: Observer = (scenes) => [
  ...orderOfProtectedResource(scenes),
  seenIn(scenes.noprm, 'protectedResource.without', (seen) => (authorizationQuery(seen) ? 'goes_on' : 'stops')),
  seenIn(scenes.noprm, 'protectedResource.issuerWithout', issuerWithout),
  comparison(scenes.origres),
]

export const observeAuthorizationServer: Observer = ({ asroot404, oidconly }) => [
  seenIn(asroot404, 'authorizationServer.order', (seen) => kindsOf(seen), asroot404 && standsIn(kindsOf(asroot404))),
  bearsOut(oidconly, 'authorizationServer.goesOnAfter', (seen) => discoveryOf(seen).some(is404)),
  seenIn(asroot404, 'authorizationServer.without', (seen) =>
    authorizationQuery(seen) ? 'endpoints_at_origin' : 'stops',
  ),
]

function orderOfProtectedResource({ noprm }: Scenes): readonly (Observation | undefined)[] {
  const order = noprm && unique(discoveryOf(noprm).map((request) => placeOf(pathOf(request))))
  if (noprm === undefined || order === undefined || order.length === 0) return []
  return [
    { path: 'protectedResource.order', value: order, recordings: [noprm], agrees: standsIn(order) },
    order.length > 1 ? bearsOut(noprm, 'protectedResource.goesOnAfter', () => true) : undefined,
  ]
}

/** A scene without a pointer in the challenge, in which the client signs in nevertheless. */
function withoutPointer(scenes: readonly (Recording | undefined)[]): Observation | undefined {
  const recordings = scenes.filter((scene) => scene !== undefined)
  if (recordings.length === 0) return undefined
  const needsHeader = recordings.every((seen) => authorizationQuery(seen) === undefined)
  return { path: 'challenge.needsHeader', value: needsHeader, recordings }
}

/** The metadata names the origin, and the URL that was typed has a path: only an exact comparison fails. */
function comparison(origres: Recording | undefined): Observation | undefined {
  if (origres === undefined) return undefined
  const passes = authorizationQuery(origres) !== undefined
  return {
    path: 'protectedResource.comparison',
    recordings: [origres],
    agrees: (known) => (known !== 'exact') === passes,
  }
}

/** 404 is the one refusal that is recorded, and every value goes on after it. */
function bearsOut(
  recording: Recording | undefined,
  path: string,
  shows: (recording: Recording) => boolean,
): Observation | undefined {
  return recording && shows(recording) ? { path, recordings: [recording], agrees: () => true } : undefined
}

function placeOf(path: string): string | undefined {
  if (path === prm) return 'root'
  if (path.startsWith(prm)) return 'path'
  return path.endsWith(prm) ? 'suffix' : undefined
}

/** Where nothing names an issuer, a client that asks at places with the path of the MCP URL takes that URL for it. */
function issuerWithout(seen: Recording): 'typed_url' | 'origin' {
  const places = [oauth, openid].map((wellKnown) => `${wellKnown}/mcp`)
  return discoveryOf(seen).some((request) => places.includes(pathOf(request))) ? 'typed_url' : 'origin'
}

function kindsOf(seen: Recording): readonly string[] {
  const path = issuerWithout(seen) === 'typed_url' ? '/mcp' : ''
  const kinds: Record<string, string> = {
    [oauth]: 'oauth_at_root',
    [openid]: 'openid_at_root',
    [`${path}${openid}`]: 'openid_appended',
    [`${oauth}${path}`]: 'oauth_inserted',
    [`${openid}${path}`]: 'openid_inserted',
  }
  return unique(discoveryOf(seen).map((request) => kinds[pathOf(request)]))
}

function firstRequest(request: RecordedRequest | undefined): string | undefined {
  if (request === undefined || !isMcp(request)) return undefined
  if (request.method !== 'POST') return request.method.toLowerCase()
  return request.body?.includes('"server/discover"') ? 'post_discover' : 'post_initialize'
}

/** The first of the highest version. */
function newest(recordings: readonly (Recording | undefined)[]): Recording | undefined {
  return recordings.reduce((a, b) => (a && (!b || compareVersions(a.version, b.version) >= 0) ? a : b), undefined)
}

function isMcp(request: RecordedRequest): boolean {
  return pathOf(request) === '/mcp'
}

function is404({ response }: RecordedRequest): boolean {
  return response.status === 404
}

function agentOf({ version }: Recording, request: RecordedRequest | undefined): string | undefined {
  return request && headerOf(request, 'user-agent')?.replaceAll(version, '{version}')
}

function includes(entry: unknown): (known: unknown) => boolean {
  return (known) => Array.isArray(known) && known.includes(entry)
}

function unique(entries: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(entries.filter((entry) => entry !== undefined))]
}
