import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { AccessToken } from '@portcullis/auth'

/**
 * Binds the upstream's sessions to those who opened them (law 12, P-09): what clients get as `Mcp-Session-Id` is the upstream's
 * session id with a MAC over it, its owner and this server. Nothing is kept, so sessions outlive a restart, are good at every
 * gateway that has the key, and no number of them fills a memory. They never stand in for an access token, and refreshing one keeps them.
 */
export interface SessionBinding {
  /** The session id for the owner of a session. */
  bind(upstreamId: string, owner: AccessToken): string
  /** The upstream's session id; `undefined` where the session is not the owner's, or none of this gateway's. */
  resolve(presented: string, owner: AccessToken): string | undefined
}

/** The first of `keys` binds; sessions that another of them bound are known. */
export function createSessionBinding(keys: readonly [KeyObject, ...KeyObject[]], resource: string): SessionBinding {
  function mac(key: KeyObject, upstreamId: string, { issuer, subject, clientId }: AccessToken): string {
    const bound = JSON.stringify(['mcp-session', resource, issuer, subject, clientId ?? null, upstreamId])
    return createHmac('sha256', key).update(bound).digest('base64url')
  }
  return {
    bind: (upstreamId, owner) => `${upstreamId}.${mac(keys[0], upstreamId, owner)}`,
    resolve(presented, owner) {
      const at = presented.lastIndexOf('.')
      if (at < 1) return undefined
      const upstreamId = presented.slice(0, at)
      const isBound = keys.some((key) => isEqual(presented.slice(at + 1), mac(key, upstreamId, owner)))
      return isBound ? upstreamId : undefined
    },
  }
}

function isEqual(presented: string, expected: string): boolean {
  const bytes = Buffer.from(presented, 'latin1')
  return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected, 'latin1'))
}
