import type { ServerContext } from '../context.ts'
import type { GrantRecord } from '../records.ts'
import { endGrants, grantsOfSubject } from '../revocation/end-grant.ts'
import type { Entry } from '../store.ts'

/**
 * Ends what a person has allowed beyond the limits, what was used longest ago first, so that showing and ending all of it stays a matter of a moment:
 * programs that cannot remember their registration or their tokens make a new grant each time. `newest` stays. What nobody fetched yet goes before
 * what is in use: any page can have codes made that nobody asked for.
 */
export async function endSurplusGrants(
  subject: string,
  newest: string,
  { options, grantEnds }: Pick<ServerContext, 'options' | 'grantEnds'>,
): Promise<void> {
  const grants = await grantsOfSubject(subject, options.store)
  const surplus = surplusOf(grants, newest, options)
  if (surplus.length > 0) await endGrants(surplus, 'too_many_grants', grantEnds)
}

function surplusOf(
  grants: readonly Entry<GrantRecord>[],
  newest: string,
  { grantsPerClientLimit, grantsPerSubjectLimit }: ServerContext['options'],
): Entry<GrantRecord>[] {
  const isNewest = ({ id }: Entry<GrantRecord>) => Number(id === newest)
  const isFetched = ({ value }: Entry<GrantRecord>) => Number(value.accessTokensUntil !== undefined)
  const byUse = grants.toSorted(
    (a, b) => isNewest(b) - isNewest(a) || isFetched(b) - isFetched(a) || b.value.rotatedAt - a.value.rotatedAt,
  )
  const ofClient = new Map<string, number>()
  return byUse.filter(({ value: { clientId } }, nth) => {
    const count = (ofClient.get(clientId) ?? 0) + 1
    ofClient.set(clientId, count)
    return count > grantsPerClientLimit || nth >= grantsPerSubjectLimit
  })
}
