import { sameIdentifier, whyNotIdentifier } from '@portcullis/auth/protocol'
import { type SetServer, servedAt } from './mcp-servers.ts'
import type { Problem } from './problems.ts'
import type { Settings } from './schema.ts'

/** What of `resources` cannot stand. */
export function resourceProblems({ resources }: Settings, servers: readonly SetServer[]): Problem[] {
  const own = servers.flatMap(({ publicUrl, settings: { alsoServedAt } }) =>
    URL.canParse(publicUrl) ? servedAt({ publicUrl, alsoServedAt }) : [],
  )
  const urls = Object.keys(resources)
  return Object.entries(resources).flatMap(([url, resource], nth) => {
    const at = ['resources', url]
    const whyNot = whyNotIdentifier(url)
    if (whyNot !== undefined) return [{ path: at, message: `is no URL of a server: it ${whyNot}` }]
    if ([...own, ...urls.slice(0, nth)].some((other) => isSame(other, url)))
      return [{ path: at, message: 'must be another server: it is named already' }]
    return [...scopeProblems(at, resource), ...secretProblems(at, resource)]
  })
}

type Resource = Settings['resources'][string]

function scopeProblems(at: string[], { scopes, defaultScopes, advertisedScopes, hierarchy }: Resource): Problem[] {
  const named = {
    defaultScopes: defaultScopes ?? [],
    advertisedScopes: advertisedScopes ?? [],
    hierarchy: Object.entries(hierarchy).flat(2),
  }
  return Object.entries(named).flatMap(([setting, tokens]) =>
    tokens
      .filter((token) => !Object.hasOwn(scopes, token))
      .map((token) => ({ path: [...at, setting], message: `must name scopes of this server, but names "${token}"` })),
  )
}

/** A token that nobody can read is worth nothing where nobody may ask. */
function secretProblems(at: string[], { secretFile, secretVariable, accessTokenFormat }: Resource): Problem[] {
  if (secretFile !== undefined && secretVariable !== undefined)
    return [{ path: [...at, 'secretVariable'], message: 'must not stand beside secretFile: there is one secret' }]
  if (accessTokenFormat === 'opaque' && secretFile === undefined && secretVariable === undefined)
    return [
      {
        path: [...at, 'accessTokenFormat'],
        message: 'is "opaque", which needs secretFile or secretVariable: by it the server asks what its tokens are',
      },
    ]
  return []
}

function isSame(one: string, other: string): boolean {
  return URL.canParse(one) && sameIdentifier(one, other)
}
