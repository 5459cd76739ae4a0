import { BlockList, isIP } from 'node:net'

/** What an address is for (IANA special-purpose registries, RFC 6890 and its successors). */
export type AddressKind = 'public' | 'loopback' | 'private' | 'link_local' | 'instance_metadata' | 'special'

/** The kind of an address in text; `special` for text that is none. */
export function kindOfAddress(address: string): AddressKind {
  const bare = address.replace(/%.*$/, '')
  const version = isIP(bare)
  if (version === 0) return 'special'
  const embedded = version === 6 ? embeddedIpv4(bare) : undefined
  if (embedded !== undefined) return kindOfAddress(embedded)
  return ranges.find(({ list }) => list.check(bare, version === 4 ? 'ipv4' : 'ipv6'))?.kind ?? 'public'
}

// The first that matches says what an address is.
const ranges: readonly { kind: Exclude<AddressKind, 'public'>; list: BlockList }[] = [
  range('instance_metadata', '169.254.169.254/32', '169.254.170.2/32', '169.254.170.23/32', '168.63.129.16/32'),
  range('instance_metadata', '100.100.100.200/32', '192.0.0.192/32'),
  range('instance_metadata', '169.254.42.42/32', '169.254.0.23/32', 'fe80::a9fe:a9fe/128'),
  range('instance_metadata', 'fd00:ec2::254/128', 'fd00:ec2::23/128', 'fd20:ce::254/128'),
  range('instance_metadata', 'fd00:c1::a9fe:a9fe/128', 'fd00:42::42/128'),
  range('loopback', '127.0.0.0/8', '::1/128'),
  range('private', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'),
  range('link_local', '169.254.0.0/16', 'fe80::/10'),
  range('special', '0.0.0.0/8', '192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '198.18.0.0/15', '198.51.100.0/24'),
  range('special', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'),
  range('special', '::/96', '64:ff9b:1::/48', '100::/63', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'),
  range('special', '5f00::/16', 'fec0::/10', 'ff00::/8'),
]

function range(kind: Exclude<AddressKind, 'public'>, ...networks: readonly string[]) {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    list.addSubnet(address, Number(prefix), address.includes(':') ? 'ipv6' : 'ipv4')
  }
  return { kind, list }
}

/** The IPv4 address in a mapped (`::ffff:0:0/96`) or translated (`::ffff:0:0:0/96`, `64:ff9b::/96`, RFC 6052) IPv6 address. */
function embeddedIpv4(address: string): string | undefined {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const match = /^(?:::ffff:(?:0:)?|64:ff9b::)(?:([0-9a-f]{1,4}):)?([0-9a-f]{1,4})$/.exec(canonical)
  if (match === null) return undefined
  const [high, low] = [Number.parseInt(match[1] ?? '0', 16), Number.parseInt(match[2] ?? '0', 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}
