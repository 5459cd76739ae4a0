import { whyNotResourceName } from '@portcullis/auth/mcp'
import { originOf, pathOf, sameIdentifier, whyNotIdentifier } from '@portcullis/auth/protocol'
import { hasSeveral, type SetServer, servedAt, settingsOfServer } from './mcp-servers.ts'
import type { Problem } from './problems.ts'
import { scopesInRules } from './rule-scopes.ts'
import type { Settings } from './schema.ts'
import { upstreamProblems } from './upstream-problems.ts'
import type { UpstreamSetting } from './upstream-schema.ts'

/** Paths that the program answers itself, so that no MCP server can stand there. */
const ownPaths = [
  '/account',
  '/authorize',
  '/consent',
  '/console',
  '/device',
  '/device_authorization',
  '/healthz',
  '/introspect',
  '/jwks',
  '/par',
  '/readyz',
  '/register',
  '/revoke',
  '/token',
  '/userinfo',
  '/.well-known',
]

/** What of the MCP servers cannot stand, of the one or of several. `isSetAt`: whether something was set at the top. */
export function serverProblems(
  settings: Settings,
  servers: readonly SetServer[],
  { publicUrl, isSetAt }: { publicUrl: string; isSetAt: (name: string) => boolean },
): Problem[] {
  const problems = servers.flatMap((server) => [
    ...ownUrlProblems(server, settings),
    ...aliasProblems(server),
    ...scopeProblems(server),
    ...resourceProblems(server),
    ...upstreamProblems(server.settings.upstream, [...server.at, 'upstream']),
    ...transportProblems(server),
  ])
  if (!hasSeveral(settings)) return isSetAt('servers') ? [noServers, ...problems] : problems
  problems.unshift(...originProblems(publicUrl), ...strayProblems(isSetAt), ...nameProblems(settings))
  return problems.length > 0 ? problems : collisions(servers)
}

const noServers: Problem = {
  path: ['servers'],
  message: 'must name at least one MCP server, or be left out where there is the one of "upstream"',
}

function resourceProblems({ at, settings: { resourceUris } }: SetServer): Problem[] {
  return Object.keys(resourceUris).flatMap((name) => {
    const message = whyNotResourceName(name)
    return message === undefined ? [] : [{ path: [...at, 'resourceUris', name], message }]
  })
}

/** Where people sign in is no MCP server's. */
function originProblems(publicUrl: string): Problem[] {
  const message = whyNotIdentifier(publicUrl)
  if (message !== undefined) return [{ path: ['publicUrl'], message }]
  return pathOf(publicUrl) === ''
    ? []
    : [
        {
          path: ['publicUrl'],
          message: `must have no path beside "servers", of which each has its own: ${originOf(publicUrl)}`,
        },
      ]
}

function strayProblems(isSetAt: (name: string) => boolean): Problem[] {
  return settingsOfServer
    .filter(isSetAt)
    .map((name) => ({ path: [name], message: 'must not stand beside "servers": set it of each server there' }))
}

function nameProblems({ servers }: Settings): Problem[] {
  return Object.entries(servers).flatMap(([id, { path, publicUrl }]): Problem[] => {
    const at = ['servers', id]
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(id))
      return [{ path: at, message: 'must have a name of at most 64 letters, digits and any of - _' }]
    if (path !== undefined && publicUrl !== undefined)
      return [{ path: [...at, 'path'], message: 'must not stand beside publicUrl, which has the path' }]
    return path !== undefined && !/^\/[^/?#]/.test(path)
      ? [{ path: [...at, 'path'], message: `must be a path such as /${id}/mcp, but is "${path}"` }]
      : []
  })
}

function ownUrlProblems({ at, publicUrl, settings: { upstream } }: SetServer, settings: Settings): Problem[] {
  const isByPath = at[1] !== undefined && settings.servers[at[1]]?.publicUrl === undefined
  const whyNot = whyNotServed(publicUrl)
  // Of a server by its path, the rest of the URL is judged where it was set.
  if (whyNot !== undefined)
    return isByPath && !URL.canParse(publicUrl)
      ? []
      : [{ path: [...at, isByPath ? 'path' : 'publicUrl'], message: whyNot }]
  if (typeof upstream === 'string' && sameIdentifier(upstream, publicUrl))
    return [
      {
        path: [...at, 'upstream'],
        message: 'must not be the public URL, which is Portcullis itself; name the MCP server behind it',
      },
    ]
  return []
}

/** Why the MCP server cannot be reached at `url`. */
function whyNotServed(url: string): string | undefined {
  const whyNot = whyNotIdentifier(url)
  if (whyNot !== undefined) return whyNot
  const taken = ownPaths.find((own) => pathOf(url) === own || pathOf(url).startsWith(`${own}/`))
  return taken && `must not be under ${taken}, which Portcullis answers itself; /mcp is usual`
}

/** A transport that was chosen and counts for nothing. */
function transportProblems({ at, settings: { transport, upstream } }: SetServer): Problem[] {
  const message =
    'is of servers at a URL: leave it out where "upstream" is a command, which speaks over its standard streams'
  return transport === 'auto' || typeof upstream !== 'object' ? [] : [{ path: [...at, 'transport'], message }]
}

function aliasProblems({ at, publicUrl, settings: { alsoServedAt, upstream } }: SetServer): Problem[] {
  const named = URL.canParse(publicUrl) ? [publicUrl] : []
  return alsoServedAt.flatMap((url, nth) => {
    const message = whyNotServed(url) ?? whyNotFurther(url, { named, upstream })
    if (message === undefined) named.push(url)
    return message === undefined ? [] : [{ path: [...at, 'alsoServedAt', nth], message }]
  })
}

/** A token for the MCP server behind would be one that it must not be shown, and that it could be asked for as its own. */
function whyNotFurther(
  url: string,
  { named, upstream }: { named: readonly string[]; upstream: UpstreamSetting | undefined },
): string | undefined {
  if (typeof upstream === 'string' && sameIdentifier(url, upstream))
    return 'must not be the upstream, which Portcullis stands in front of'
  return named.some((other) => sameIdentifier(url, other)) ? 'must be another URL: it is named already' : undefined
}

function scopeProblems({ at, settings }: SetServer): Problem[] {
  const { scopes, defaultScopes = [], advertisedScopes = [], hierarchy } = settings
  const named: [(string | number)[], string][] = [
    ...defaultScopes.map((token, nth): [(string | number)[], string] => [['defaultScopes', nth], token]),
    ...advertisedScopes.map((token, nth): [(string | number)[], string] => [['advertisedScopes', nth], token]),
    ...Object.entries(hierarchy).flatMap(([broad, narrow]) => [
      [['hierarchy', broad], broad] as [string[], string],
      ...narrow.map((token, nth): [(string | number)[], string] => [['hierarchy', broad, nth], token]),
    ]),
    ...scopesInRules(settings),
  ]
  return named
    .filter(([, token]) => !Object.hasOwn(scopes, token))
    .map(([path, token]) => ({
      path: [...at, ...path],
      message: `must be one of "scopes", but is "${token}"; add it there with a description, or remove it here`,
    }))
}

/** Which server a request is for, its path alone says, so that no header of a stranger decides it (law 1). */
function collisions(servers: readonly SetServer[]): Problem[] {
  const taken = new Map<string, string>()
  return servers.flatMap(({ at, publicUrl, settings: { alsoServedAt } }) => {
    const id = at.at(-1) ?? ''
    const paths = new Set(servedAt({ publicUrl, alsoServedAt }).map((url) => new URL(url).pathname.replace(/\/$/, '')))
    return [...paths].flatMap((path) => {
      const other = taken.get(path)
      taken.set(path, id)
      const message = `must be at another path than "${other}": ${path === '' ? '/' : path} is that server’s, at whichever host`
      return other === undefined ? [] : [{ path: at, message }]
    })
  })
}
