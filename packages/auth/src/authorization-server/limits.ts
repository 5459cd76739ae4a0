import { networkOf } from '../protocol/network.ts'
import type { ResolvedOptions } from './config.ts'
import { tooManyRequests } from './responses.ts'

/** Limits by network address. Each answers with a refusal when the address is over its limit. */
export interface Limits {
  /** Counts a registration. */
  registering(address: string): Promise<Response | undefined>
  /** Counts a refused request; per client where it is known, so that clients that share an address do not pay for each other. */
  refused(address: string, clientId: string | undefined): Promise<Response | undefined>
}

const hour = 3600
const minute = 60
const networksOfSite = 10 // that register as much as one may

export function createLimits({
  store,
  registrationLimit,
  refusalLimit,
}: Pick<ResolvedOptions, 'store' | 'registrationLimit' | 'refusalLimit'>): Limits {
  return {
    async registering(address) {
      const network = networkOf(address)
      const count = await store.count(`register ${network}`, hour)
      if (count > registrationLimit) return tooManyRequests(hour)
      const site = siteOf(network)
      const ofSite = site === undefined ? 0 : await store.count(`register ${site}`, hour)
      return ofSite > networksOfSite * registrationLimit ? tooManyRequests(hour) : undefined
    },
    async refused(address, clientId) {
      const count = await store.count(`refused ${networkOf(address)} ${clientId ?? ''}`, minute)
      return count > refusalLimit ? tooManyRequests(minute) : undefined
    },
  }
}

/** The /48 of an IPv6 network: one customer gets that much, 65,536 networks, for the asking. */
function siteOf(network: string): string | undefined {
  return network.includes(':') ? `${network.split(':').slice(0, 3).join(':')}::/48` : undefined
}
