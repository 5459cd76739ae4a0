import { timedRequest } from '../net/timed-request.ts'
import { isSecureUrl } from '../protocol/resource.ts'
import type { EndedGrant, RevocationFeed } from './revocations.ts'

export interface RemoteRevocationsOptions {
  /** The feed of the authorization server: its issuer and `/revocations`. */
  url: string
  /** One of the secrets that the authorization server was given as `revocationReaders`. */
  secret: string
  /** Default: the global `fetch`. */
  fetch?: (request: Request) => Promise<Response>
}

/**
 * The revocation feed of an authorization server elsewhere, read over HTTP (law 14).
 * Throws `TypeError` for a URL that is not https (http on loopback), and for a secret that cannot stand in a header.
 */
export function remoteRevocations(options: RemoteRevocationsOptions): RevocationFeed {
  const { url, secret, fetch: send = (request) => fetch(request) } = options
  if (!isSecureUrl(url)) throw new TypeError(`"url" must be an https URL (http on loopback), but is "${url}"`)
  // Its characters would otherwise stand in the error of a header that cannot be made, and that in an event.
  if (!/^[\x21-\x7E]+$/.test(secret)) throw new TypeError('"secret" must be visible ASCII characters alone')
  return {
    async read(position) {
      const target = new URL(url)
      if (position !== undefined) target.searchParams.set('position', position)
      const response = await send(
        timedRequest(target, 2, {
          headers: { authorization: `Bearer ${secret}` },
          redirect: 'manual', // whatever it leads to is no 200; Workers know no 'error'
        }),
      )
      if (response.status !== 200) throw new Error(`The revocation feed answered ${response.status}`)
      return parseFeed(await response.json())
    },
  }
}

function parseFeed(document: unknown): Awaited<ReturnType<RevocationFeed['read']>> {
  const {
    issuer,
    ended,
    position,
    keys_taken_back: keysTakenBack,
  } = document as { issuer?: unknown; ended?: unknown; position?: unknown; keys_taken_back?: unknown } // all judged here
  if (!Array.isArray(ended) || typeof position !== 'string')
    throw new Error('The revocation feed answered something else')
  return {
    ...(typeof issuer === 'string' && { issuer }),
    ended: ended.map(parseEntry),
    position,
    ...(typeof keysTakenBack === 'string' && { keysTakenBack }),
  }
}

function parseEntry(entry: unknown): EndedGrant {
  const { grant_id: grantId, expires_at: expiresAt } = entry as { grant_id?: unknown; expires_at?: unknown } // both judged here
  if (typeof grantId !== 'string' || typeof expiresAt !== 'number')
    throw new Error('The revocation feed has a broken entry')
  return { grantId, expiresAt }
}
