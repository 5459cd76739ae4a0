import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationServerKinds } from '../records.ts'
import type { Change } from '../store.ts'

const forGood = 100 * 365 * 24 * 3600 // seconds; the places are gone round without a new beginning

/** How many documents are kept of clients that nobody has let in, and of others. */
const placesOf = { unused: 500, used: 1000 }

/**
 * What keeping a document changes beside it, so that documents have a bound: whoever is signed in may name any number, and let their clients in. Each takes
 * the place of the oldest. One whose place was taken is only read anew; where its client is let in (`isLetIn`), it gives way to another such one alone.
 */
export async function takeDocumentPlace(
  clientId: string,
  expiresAt: number,
  {
    store,
    among,
    isLetIn,
  }: Pick<ResolvedOptions, 'store'> & { among: keyof typeof placesOf; isLetIn: (clientId: string) => Promise<boolean> },
): Promise<Change<AuthorizationServerKinds>[]> {
  const id = `${among} ${(await store.count(`${among} client documents`, forGood)) % placesOf[among]}`
  const place = await store.get('clientDocumentPlace', id)
  const taken = place?.value.clientId
  const oldest = taken === undefined || taken === clientId ? undefined : await store.get('clientDocument', taken)
  const givesWay = oldest !== undefined && (among === 'used' || !(await isLetIn(oldest.id)))
  return [
    { kind: 'clientDocumentPlace', id, version: place?.version ?? 'absent', value: { clientId }, expiresAt },
    ...(givesWay
      ? [{ kind: 'clientDocument' as const, id: oldest.id, version: oldest.version, value: undefined }]
      : []),
  ]
}
