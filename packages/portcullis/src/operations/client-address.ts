import type { IncomingMessage } from 'node:http'
import { BlockList, isIP, isIPv6, type Socket } from 'node:net'

/** Says who is asking: the peer of the connection or, where that is a trusted proxy, whom it names. */
export type ClientAddressReader = (req: Asking) => string | undefined

/** What of a request says who is asking. */
type Asking = Pick<IncomingMessage, 'headers'> & { socket: Pick<Socket, 'remoteAddress'> }

/** Proxies behind one another that are looked at: a header may have thousands of names, and each is compared with each range. */
const mostProxies = 20

/**
 * `trustedProxies`: addresses, and ranges in CIDR form, of proxies whose `X-Forwarded-For` is believed. `onMistrusted` is told, once, of a peer that is
 * none of them and speaks for others. Default: nothing.
 */
export function createClientAddressReader(
  trustedProxies: readonly string[],
  { onMistrusted = () => {} }: { onMistrusted?: (peer: string) => void } = {},
): ClientAddressReader {
  let wasTold = false
  const trusted = new BlockList()
  for (const range of trustedProxies) {
    const [address = '', prefix] = range.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) trusted.addAddress(address, family)
    else trusted.addSubnet(address, Number(prefix), family)
  }
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')

  return (req) => {
    const peer = unmapped(req.socket.remoteAddress)
    if (peer === undefined) return undefined
    if (trustedProxies.length === 0 || !isTrusted(peer)) {
      if (!wasTold && speaksForOthers(req)) {
        wasTold = true
        onMistrusted(peer)
      }
      return peer
    }
    // Each proxy adds whom it saw at the end: the last one that is no proxy of ours is the caller; what stands before is hearsay.
    const named = [req.headers['x-forwarded-for'] ?? []]
      .flat()
      .join(',')
      .split(',')
      .slice(-mostProxies)
      .map((part) => unmapped(part.trim()) ?? '')
    const caller = named.findLast((address) => !isTrusted(address))
    return caller !== undefined && isIP(caller) !== 0 ? caller : peer
  }
}

function speaksForOthers({ headers }: Asking): boolean {
  return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
}

/** An IPv4 address that a socket for both families shows as IPv6, as itself. */
function unmapped(address: string | undefined): string | undefined {
  return address === undefined ? undefined : (/^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address)
}
