import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationServerKinds } from '../records.ts'
import type { Change } from '../store.ts'

const forGood = 100 * 365 * 24 * 3600 // seconds; the places are gone round without a new beginning

/**
 * What a client's registration changes beside it, so that those to whom nobody consents have a bound, since anybody may register: they have so
 * many places, and each takes that of the oldest. To refuse instead would let whoever fills the places once lock everybody out for a week; so
 * they must fill all of them anew while a person reads one page.
 */
export async function takePlace(
  clientId: string,
  expiresAt: number,
  { store, unusedClientLimit }: Pick<ResolvedOptions, 'store' | 'unusedClientLimit'>,
): Promise<Change<AuthorizationServerKinds>[]> {
  const id = String((await store.count('unused clients', forGood)) % unusedClientLimit)
  const place = await store.get('unusedClient', id)
  const oldest = place && (await store.get('client', place.value.clientId))
  const isUnused = oldest?.expiresAt !== undefined
  return [
    { kind: 'unusedClient', id, version: place?.version ?? 'absent', value: { clientId }, expiresAt },
    ...(isUnused ? [{ kind: 'client' as const, id: oldest.id, version: oldest.version, value: undefined }] : []),
  ]
}
