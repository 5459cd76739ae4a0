import type { Store } from '../authorization-server/store.ts'
import { isLoopbackHost, originOf, pathOf, requireIdentifier } from '../protocol/resource.ts'
import { isScopeToken } from '../protocol/scope.ts'
import type { DevLinkKinds } from './records.ts'

export interface DevLinksOptions {
  /** The canonical URI of the MCP server. Where it is not of this machine, dev links refuse to be made (law 10). */
  resource: string
  /** Where they are kept, by a hash of their secret. One in memory forgets them when the process ends. */
  store: Store<DevLinkKinds>
  /** Whether somebody may still use the server; asked of each request by a link. Default: everybody may. */
  isActive?: (subject: string) => boolean | Promise<boolean>
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

export interface DevLinkOptions {
  /** Whose link it is: who calls, to whatever stands behind. */
  subject: string
  /** What it may do. */
  scope: readonly string[]
  /** Seconds. Default 3600; at most 28,800, eight hours. */
  lifetime?: number
}

export interface ResolvedDevLinks {
  resource: string
  origin: string
  /** The path of a link, up to its secret. */
  prefix: string
  store: Store<DevLinkKinds>
  isActive: (subject: string) => boolean | Promise<boolean>
  now: () => number
}

/** Throws `TypeError` for an option that cannot stand. */
export function resolveOptions({ resource, store, isActive, now }: DevLinksOptions): ResolvedDevLinks {
  requireIdentifier('resource', resource)
  if (!isLoopbackHost(new URL(resource).hostname))
    throw new TypeError(
      `dev links let whoever has one in without signing in, so they are for this machine alone, but "resource" is "${resource}": leave them out there`,
    )
  return Object.freeze({
    resource,
    origin: originOf(resource),
    prefix: `${pathOf(resource)}/dev/`,
    store,
    isActive: isActive ?? (() => true),
    now: now ?? (() => Math.floor(Date.now() / 1000)),
  })
}

/** Throws `TypeError` for what no link can be. */
export function resolveLink({ subject, scope, lifetime = 3600 }: DevLinkOptions): Required<DevLinkOptions> {
  if (subject === '') throw new TypeError('"subject" of a dev link must not be empty')
  for (const token of scope)
    if (!isScopeToken(token)) throw new TypeError(`"${token}" is no scope token (RFC 6749 §3.3)`)
  if (!Number.isInteger(lifetime) || lifetime < 1 || lifetime > longest)
    throw new TypeError(
      `"lifetime" of a dev link must be a whole number of seconds from 1 to ${longest}, but is ${lifetime}`,
    )
  return { subject, scope: [...scope], lifetime }
}

const longest = 8 * 3600
