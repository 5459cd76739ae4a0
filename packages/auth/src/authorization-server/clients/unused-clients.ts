import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationServerKinds } from '../records.ts'
import type { Change } from '../store.ts'

const forGood = 100 * 365 * 24 * 3600 // seconds; the places are gone round without a new beginning

/**
 * The places of clients to whom nobody consents, gone round one after another. They have so many, since anybody may register, and each takes that
 * of the oldest. To refuse instead would let whoever fills the places once lock everybody out for a week; so they must fill all of them anew while
 * a person reads one page.
 */
export interface UnusedClientPlaces {
  /** The number of the one whose turn it is. */
  next(): Promise<number>
  /** Whoever took its turn does not use it: whoever comes next does, so that nobody moves the turn on without registering. */
  giveBack(place: number): void
}

export function createUnusedClientPlaces({
  store,
  unusedClientLimit,
}: Pick<ResolvedOptions, 'store' | 'unusedClientLimit'>): UnusedClientPlaces {
  const givenBack: number[] = [] // never more than asked at the same time
  return {
    async next() {
      return givenBack.shift() ?? (await store.count('unused clients', forGood)) % unusedClientLimit
    },
    giveBack(place) {
      givenBack.push(place)
    },
  }
}

/** What a client's registration changes beside it: it takes its place, and who had it before is gone, if nobody has consented to them. */
export async function takePlace(
  clientId: string,
  { place, expiresAt, store }: { place: number; expiresAt: number; store: ResolvedOptions['store'] },
): Promise<Change<AuthorizationServerKinds>[]> {
  const id = String(place)
  const taken = await store.get('unusedClient', id)
  const oldest = taken && (await store.get('client', taken.value.clientId))
  const isUnused = oldest?.expiresAt !== undefined
  return [
    { kind: 'unusedClient', id, version: taken?.version ?? 'absent', value: { clientId }, expiresAt },
    ...(isUnused ? [{ kind: 'client' as const, id: oldest.id, version: oldest.version, value: undefined }] : []),
  ]
}
