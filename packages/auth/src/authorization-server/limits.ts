import { networkOf } from '../protocol/network.ts'
import type { ResolvedOptions } from './config.ts'
import type { PlainResponse } from './plain-http.ts'
import { tooManyRequests } from './responses.ts'

/** Limits by network address. Each answers with a refusal when the address is over its limit. */
export interface Limits {
  /** Counts a registration. */
  registering(address: string): Promise<PlainResponse | undefined>
  /** Counts a device authorization request. */
  askingForDevice(address: string): Promise<PlainResponse | undefined>
  /** Counts a user code that a person enters, right or wrong (RFC 8628 §5.1); resolves to whether it is one too many. */
  isUserCodeTooMany(address: string, subject: string): Promise<boolean>
  /** Counts a refused request; per client where it is known, so that clients that share an address do not pay for each other. */
  refused(address: string, clientId: string | undefined): Promise<PlainResponse | undefined>
}

const hour = 3600
const minute = 60
const networksOfSite = 10 // that ask as much as one may
const userCodeWindow = 600
const networkPersons = 5
const allPersons = 100

export function createLimits({
  store,
  registrationLimit,
  refusalLimit,
  deviceAuthorization,
}: Pick<ResolvedOptions, 'store' | 'registrationLimit' | 'refusalLimit' | 'deviceAuthorization'>): Limits {
  async function isTooMany(kind: string, address: string, limit: number): Promise<boolean> {
    const network = networkOf(address)
    if ((await store.count(`${kind} ${network}`, hour)) > limit) return true
    const site = siteOf(network)
    return site !== undefined && (await store.count(`${kind} ${site}`, hour)) > networksOfSite * limit
  }

  return {
    async registering(address) {
      return (await isTooMany('register', address, registrationLimit)) ? tooManyRequests(hour) : undefined
    },
    async askingForDevice(address) {
      const limit = deviceAuthorization?.requestLimit ?? 0
      return (await isTooMany('ask for device', address, limit)) ? tooManyRequests(hour) : undefined
    },
    async isUserCodeTooMany(address, subject) {
      const limit = deviceAuthorization?.userCodeLimit ?? 0
      // In this order, so that whoever is over a limit of their own uses up nothing of others.
      const counters = [
        { name: `user codes of ${subject}`, most: limit },
        { name: `user codes from ${networkOf(address)}`, most: networkPersons * limit },
        { name: 'user codes', most: allPersons * limit },
      ]
      for (const { name, most } of counters) if ((await store.count(name, userCodeWindow)) > most) return true
      return false
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
