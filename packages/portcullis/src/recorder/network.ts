import { BlockList, isIP, isIPv6 } from 'node:net'
import { type ClientProfile, profiles } from '@portcullis/clients'
import { familiesOf, familyOf, isRuntime } from './user-agents.ts'

/**
 * Where a client's own requests come from, as far as requests of one client share it: the service that it runs in, whose machines have many addresses, or
 * else its network address (of IPv6 the network, of which one household or machine has a whole).
 */
export function networkOf(address: string | undefined, agent: string | undefined): string {
  const service = serviceAt(address) ?? serviceOf(familyOf(agent))
  return service === undefined ? `address:${networkAddress(address)}` : `service:${service.id}`
}

/** The service whose maker says that its requests come from there. */
export function serviceAt(address: string | undefined): ClientProfile | undefined {
  if (address === undefined || isIP(address) === 0) return undefined
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  return egress.find(({ list }) => list.check(address, family))?.profile
}

export function isOfService(network: string | undefined): boolean {
  return network?.startsWith('service:') ?? false
}

function serviceOf(family: string): ClientProfile | undefined {
  if (isRuntime(family)) return undefined
  return hosted.find((profile) => familiesOf(profile).includes(family))
}

function networkAddress(address: string | undefined): string {
  if (address === undefined || !isIPv6(address)) return address ?? 'unknown'
  const [head = '', tail = ''] = address.split('%', 1)[0]?.split('::') ?? []
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const groups = address.includes('::') ? [...before, ...zeros, ...after] : before
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
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
