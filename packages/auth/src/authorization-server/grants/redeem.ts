import type { GrantEnd } from '../../protocol/events.ts'
import type { GrantRecord } from '../records.ts'

/** What redeeming a verified secret of a grant means. */
export type Redemption =
  /** The generation moves on; its newest secret is the answer. */
  | { kind: 'rotate'; grant: GrantRecord }
  /** The answer was lost or asked for twice at once: the same successor again, and nothing changes. */
  | { kind: 'replay'; grant: GrantRecord }
  /** Nobody has refreshed for too long. The grant is as it was. */
  | { kind: 'expired' }
  /** A secret whose time is over was presented: somebody else may have it. The grant ends. */
  | { kind: 'reuse'; reason: GrantEnd }

export interface RedeemOptions {
  /** Generation of the presented secret; its MAC is verified. */
  generation: number
  now: number
  /** The key that the successor is made with. */
  keyId: string
  /** Seconds that the access token lives which is issued now. */
  accessTokenLifetime: number
  /** Seconds that the successor lives unless it is used; 0 where the client gets none. */
  refreshTokenLifetime: number
  /** Seconds in which the generation just behind gets the same successor again; 0 is off. */
  replayWindow: number
}

/**
 * The one rule behind codes, rotation, lost answers and reuse (laws 5 and 6; RFC 9700 §4.14.2). Pure.
 * The window closes by itself when the successor is presented: the generation is then two behind.
 */
export function redeem(grant: GrantRecord, options: RedeemOptions): Redemption {
  const { generation, now, keyId, accessTokenLifetime, refreshTokenLifetime, replayWindow } = options
  const isExpired = now >= (grant.refreshTokensUntil ?? Number.POSITIVE_INFINITY)
  // Ahead of the record is only what we made before the store was restored from a backup: its holder goes on.
  if (generation >= grant.generation) {
    if (isExpired) return { kind: 'expired' }
    const accessTokensUntil = Math.max(grant.accessTokensUntil ?? 0, now + replayWindow + accessTokenLifetime)
    const refreshTokensUntil = now + refreshTokenLifetime
    const next = { generation: generation + 1, rotatedAt: now, accessTokensUntil, refreshTokensUntil, keyId }
    return { kind: 'rotate', grant: { ...grant, ...next } }
  }
  if (generation === 0) return { kind: 'reuse', reason: 'code_reused' }
  const justBehind = generation === grant.generation - 1
  if (justBehind && now < grant.rotatedAt + replayWindow)
    return isExpired ? { kind: 'expired' } : { kind: 'replay', grant }
  return { kind: 'reuse', reason: 'refresh_token_reused' }
}
