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

/** The address, or the /64 of an IPv6 address, within which one host chooses freely. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [head = '', tail = ''] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const missing = address.includes('::') ? 8 - groups.length - (tail === '' ? 0 : tail.split(':').length) : 0
  return [...groups, ...Array<string>(Math.max(missing, 0)).fill('0'), ...(tail === '' ? [] : tail.split(':'))]
    .slice(0, 4)
    .join(':')
}

/** The /48 of an IPv6 network: one customer gets that much, 65,536 networks, for the asking. */
function siteOf(network: string): string | undefined {
  return network.includes(':') ? `${network.split(':').slice(0, 3).join(':')}::/48` : undefined
}
