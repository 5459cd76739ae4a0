import { isLoopbackHost } from '../../protocol/resource.ts'
import { type DocumentFetch, guardOf } from './document-fetch.ts'
import { type HostPolicy, resolveHostPolicy } from './host-policy.ts'

/** Client ID Metadata Documents (draft-ietf-oauth-client-id-metadata-document). */
export interface ClientDocumentOptions {
  /** How documents are fetched (law 8): `createGuardedFetch()` of `@portcullis/auth/node`, and no other. Either this or the next. */
  fetch?: DocumentFetch
  /**
   * In place of `fetch`, one that guards nothing that is known here: whoever names a document has this machine ask for it, inside your network too. For
   * tests, and for runtimes where something else guards. Default: none.
   */
  dangerouslyUnguardedFetch?: DocumentFetch
  /** The hosts from which clients may come: those alone, or a policy with hosts that are denied. Default: any. */
  hosts?: readonly string[] | HostPolicy
  /**
   * Whether what the documents of well-known clients said stands in while their hosts are silent, fail (5xx) or are hidden by a known bot challenge;
   * never where a host refuses, or says that a document is gone. Copies are told of when they are 90 days old, and not used after 180. Default: true.
   */
  bundled?: boolean
}

export interface ResolvedClientDocuments {
  fetch: DocumentFetch
  isBundled: boolean
  /** Whether a client may come from there. */
  isHostAllowed: (url: string) => boolean
}

/** Throws `TypeError` for an option that cannot stand. */
export function resolveClientDocuments(
  options: ClientDocumentOptions | undefined,
  issuer: string,
): ResolvedClientDocuments | undefined {
  if (options === undefined) return undefined
  const { hosts, bundled = true } = options
  return Object.freeze({
    fetch: resolveFetch(options, issuer),
    isBundled: bundled,
    isHostAllowed: resolveHostPolicy(hosts),
  })
}

function resolveFetch({ fetch, dangerouslyUnguardedFetch }: ClientDocumentOptions, issuer: string): DocumentFetch {
  const given = fetch ?? dangerouslyUnguardedFetch
  if (given === undefined || (fetch !== undefined && dangerouslyUnguardedFetch !== undefined))
    throw new TypeError('"clientDocuments" must have "fetch": createGuardedFetch() of @portcullis/auth/node')
  const guard = guardOf(given)
  if (fetch !== undefined && guard === undefined)
    throw new TypeError(
      '"clientDocuments.fetch" must be createGuardedFetch() of @portcullis/auth/node: it asks for what strangers name, and any other would ask inside your network (law 8)',
    )
  if (guard?.allowsLoopback && !isLoopbackHost(new URL(issuer).hostname))
    throw new TypeError(
      '"clientDocuments.fetch" has "dangerouslyAllowLoopback", which only a server whose "issuer" is on loopback may have (law 8)',
    )
  return given
}
