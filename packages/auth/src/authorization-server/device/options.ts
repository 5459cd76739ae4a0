/** The device authorization grant (RFC 8628). */
export interface DeviceAuthorizationOptions {
  /** Seconds in which a person must answer. Default 900; 60 to 1800. */
  lifetime?: number
  /** Seconds that a client waits between two polls (§3.2). Default 5; 1 to 60. */
  interval?: number
  /** Device authorization requests allowed from one network address within an hour; from the /48 of an IPv6 address ten times as many. Default 200. */
  requestLimit?: number
  /** How many requests wait for a person; beyond that each takes the place of the oldest. Default 10,000. */
  waitingLimit?: number
  /**
   * User codes that one person may enter within ten minutes, right or wrong (§5.1). From one network address five times as many, and a hundred
   * times as many by all together. Default 20.
   */
  userCodeLimit?: number
}

export type ResolvedDeviceAuthorizationOptions = Readonly<Required<DeviceAuthorizationOptions>>

/** Throws `TypeError` for an option that cannot stand. */
export function resolveDeviceAuthorization(
  options: DeviceAuthorizationOptions | undefined,
): ResolvedDeviceAuthorizationOptions | undefined {
  if (options === undefined) return undefined
  const resolved = {
    lifetime: options.lifetime ?? 900,
    interval: options.interval ?? 5,
    requestLimit: options.requestLimit ?? 200,
    waitingLimit: options.waitingLimit ?? 10_000,
    userCodeLimit: options.userCodeLimit ?? 20,
  }
  requireWhole(resolved, 'lifetime', 60, 1800)
  requireWhole(resolved, 'interval', 1, 60)
  requireWhole(resolved, 'requestLimit', 1, 1e9)
  // A code must stay hard to guess among all that wait: eight letters of twenty, and at most one in 25,000 of them taken.
  requireWhole(resolved, 'waitingLimit', 1, 1e6)
  requireWhole(resolved, 'userCodeLimit', 1, 1000)
  return Object.freeze(resolved)
}

function requireWhole(
  options: ResolvedDeviceAuthorizationOptions,
  name: keyof ResolvedDeviceAuthorizationOptions,
  least: number,
  most: number,
): void {
  const value = options[name]
  if (!Number.isInteger(value) || value < least || value > most)
    throw new TypeError(
      `"deviceAuthorization.${name}" must be a whole number from ${least} to ${most}, but is ${value}`,
    )
}
