import type { Diagnosis } from '../diagnosis.ts'
import { looksPublic } from '../simulation/public-url.ts'
import { shortName } from './client-names.ts'

/** Whom the firewall of a public server must let in, as far as it is known; empty where it is of nobody. */
export function egressLine({ target, clients }: Diagnosis): string {
  const known = clients.flatMap((verdict) => {
    const { egress } = verdict.client
    return egress === undefined ? [] : [`${shortName(verdict)} comes from ${egress.join(', ')}`]
  })
  return known.length === 0 || !looksPublic(target) ? '' : `A firewall must let in: ${known.join('; ')}.`
}
