import { isIP } from 'node:net'
import { kindOfAddress } from '@portcullis/auth/node'

/**
 * Which addresses may be asked: public ones, and more only where the URL given leads to no public one (law 8): those of its network where
 * it names an address or this machine, else its own alone, since who keeps a name decides where it leads. Where cloud machines keep their
 * credentials is never asked, wherever the URL leads.
 */
export function guardFor(hostname: string, addresses: readonly string[]): (address: string) => boolean {
  const kinds = new Set(addresses.map(kindOfAddress))
  if (kinds.has('public')) return (address) => kindOfAddress(address) === 'public'
  if (!isPlace(hostname)) {
    const own = addresses.filter((address) => kindOfAddress(address) !== 'instance_metadata')
    return (address) => own.includes(address) || kindOfAddress(address) === 'public'
  }
  if (kinds.has('loopback') || kinds.has('private')) kinds.add('loopback').add('private')
  kinds.add('public').delete('instance_metadata')
  return (address) => kinds.has(kindOfAddress(address))
}

/** Whether a host says itself where it is, and no name server does. */
function isPlace(hostname: string): boolean {
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || /(^|\.)localhost\.?$/i.test(hostname)
}
