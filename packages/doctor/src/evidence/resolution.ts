import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { guardFor } from './address-guard.ts'
import type { Failure } from './exchange.ts'
import { failure, failureOf } from './failures.ts'

export type Resolve = (hostname: string) => Promise<readonly string[]>

/** Where a name leads, and how much of that may be asked. */
export interface Resolved {
  readonly all: readonly string[]
  readonly allowed: readonly string[]
}

export interface Resolution {
  /** Rejects never. Each name is resolved once in a run: an answer cannot move it elsewhere afterwards. */
  of(hostname: string): Promise<Resolved | Failure>
}

/** The addresses of the hosts of a run. What the target itself leads to decides what may be asked. */
export function createResolution(target: string, resolve: Resolve = systemResolve): Resolution {
  const known = new Map<string, Promise<readonly string[] | Failure>>()

  function addressesOf(hostname: string): Promise<readonly string[] | Failure> {
    const bare = hostname.replace(/^\[|\]$/g, '')
    let addresses = known.get(bare)
    if (addresses === undefined) {
      addresses = isIP(bare) ? Promise.resolve([bare]) : resolve(bare).catch((error) => failureOf(error, bare))
      known.set(bare, addresses)
    }
    return addresses
  }

  async function guardOfTarget(): Promise<(address: string) => boolean> {
    const hostname = URL.canParse(target) ? new URL(target).hostname : ''
    if (hostname === '') return guardFor('', [])
    const addresses = await addressesOf(hostname)
    return guardFor(hostname, 'kind' in addresses ? [] : addresses)
  }
  const guard = guardOfTarget()

  return {
    async of(hostname) {
      const isAllowed = await guard
      const all = await addressesOf(hostname)
      if ('kind' in all) return all
      const allowed = few(all.filter(isAllowed))
      if (allowed.length > 0) return { all, allowed }
      if (all.length === 0) return failure('name_not_found', `No address is known for the name ${hostname}`)
      return {
        ...failure('address_refused', `${hostname} leads to ${all[0]}, which is not a public address`),
        addresses: all,
      }
    },
  }
}

/** Each that does not answer is followed by the next: a name that leads to thousands would have the doctor knock at all of them. */
function few(addresses: readonly string[]): readonly string[] {
  const tried = [4, 6].flatMap((family) => addresses.filter((each) => isIP(each) === family).slice(0, mostOfAFamily))
  return addresses.filter((each) => tried.includes(each))
}

const mostOfAFamily = 4

async function systemResolve(hostname: string): Promise<readonly string[]> {
  const found = await lookup(hostname, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}
