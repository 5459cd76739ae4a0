import type { GrantRecord } from '../records.ts'
import type { RedeemOptions } from './redeem.ts'

/** What redeeming a verified device code of an allowed request means; as `Redemption`. */
export type DeviceRedemption =
  | { kind: 'first'; grant: GrantRecord }
  | { kind: 'replay'; grant: GrantRecord }
  | { kind: 'reuse' }

/**
 * The rule of law 6 for device codes, whose grant begins at generation 1: the first poll gets that refresh token, every other within the window the
 * same again, until it was used; afterwards the code is reused, and the grant ends. Pure.
 */
export function redeemDeviceCode(
  grant: GrantRecord,
  { now, accessTokenLifetime, refreshTokenLifetime, replayWindow }: Omit<RedeemOptions, 'generation' | 'keyId'>,
): DeviceRedemption {
  if (grant.accessTokensUntil === undefined) {
    const accessTokensUntil = now + replayWindow + accessTokenLifetime
    const refreshTokensUntil = now + refreshTokenLifetime
    return { kind: 'first', grant: { ...grant, rotatedAt: now, accessTokensUntil, refreshTokensUntil } }
  }
  const isReplay = grant.generation === 1 && now < grant.rotatedAt + replayWindow
  return isReplay ? { kind: 'replay', grant } : { kind: 'reuse' }
}
