import { BlockList, isIP, isIPv6 } from 'node:net'
import { networkOf as networkOfAddress } from '@portcullis/auth/protocol'
import { type ClientProfile, profiles } from '@portcullis/clients'
import { familiesOf, familyOf, isRuntime } from './user-agents.ts'

/**
 * Where a client's own requests come from, as far as requests of one client share it: the service that it runs in, whose machines have many addresses, or
 * else its network address (of IPv6 the network, of which one household or machine has a whole).
 */
export function networkOf(address: string | undefined, agent: string | undefined): string {
  const service = serviceAt(address) ?? serviceOf(familyOf(agent))
  return service === undefined
    ? `address:${address === undefined ? 'unknown' : networkOfAddress(address)}`
    : `service:${service.id}`
}

/** The service whose maker says that its requests come from there. */
export function serviceAt(address: string | undefined): ClientProfile | undefined {
  if (address === undefined || isIP(address) === 0) return undefined
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  return egress.find(({ list }) => list.check(address, family))?.profile
}

/** Whether it is a service, which many people share. */
export function isOfService(network: string | undefined): boolean {
  return network?.startsWith('service:') ?? false
}

function serviceOf(family: string): ClientProfile | undefined {
  if (isRuntime(family)) return undefined
  return hosted.find((profile) => familiesOf(profile).includes(family))
}

const hosted = profiles.filter(({ runs }) => runs.value === 'hosted')

const egress = hosted.flatMap((profile) => {
  const ranges = profile.network?.egress?.value
  if (ranges === undefined) return []
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return [{ profile, list }]
})
