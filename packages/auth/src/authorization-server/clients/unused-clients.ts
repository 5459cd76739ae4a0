import type { ResolvedOptions } from '../config.ts'
import type { AuthorizationServerKinds, ClientRecord } from '../records.ts'
import type { Change, Entry } from '../store.ts'

const forGood = 100 * 365 * 24 * 3600 // seconds; the places are gone round without a new beginning

/**
 * The places of clients to whom nobody consents, gone round one after another. They have so many, since anybody may register, and each takes that
 * of the oldest. To refuse instead would let whoever fills the places once lock everybody out for a week; so they must fill all of them anew while
 * a person reads one page.
 */
export interface UnusedClientPlaces {
  /** The one whose turn it is. */
  next(): Promise<Turn>
  /** The same turn or, where its place was taken while it waited, another: other processes go round too, and whoever came by there is not the oldest. */
  due(turn: Turn): Promise<Turn>
  /** Whoever took the turn does not use it: whoever comes next does, so that nobody moves the turn on without registering. */
  giveBack(turn: Turn): void
}

export interface Turn {
  place: number
  /** Since when it waits to be used, in seconds since the epoch: since it was asked for, or since it was given back for the first time. */
  waitsSince: number
}

export function createUnusedClientPlaces({
  store,
  unusedClientLimit,
  now,
}: Pick<ResolvedOptions, 'store' | 'unusedClientLimit' | 'now'>): UnusedClientPlaces {
  const givenBack: Turn[] = [] // never more than asked at the same time
  // A process asks for several turns at once; few of all, so that those of others who go round are far from its own.
  const length = Math.max(1, Math.min(16, Math.floor(unusedClientLimit / 256)))
  let round: { first: Promise<number>; left: number; begunAt: number } | undefined

  async function next(): Promise<Turn> {
    const turn = givenBack.shift()
    if (turn !== undefined) return turn
    if (round === undefined || round.left === 0) round = { first: beginRound(), left: length, begunAt: now() }
    round.left -= 1
    const { first, left, begunAt } = round
    return { place: ((await first) + length - 1 - left) % unusedClientLimit, waitsSince: begunAt }
  }

  async function beginRound(): Promise<number> {
    try {
      return (await store.count('rounds of unused clients', forGood)) * length
    } catch (cause) {
      round = undefined
      throw cause
    }
  }

  async function isTakenSince(place: number, at: number): Promise<boolean> {
    const taken = await store.get('unusedClient', String(place))
    const client = taken && (await store.get('client', taken.value.clientId))
    return client !== undefined && client.value.issuedAt > at
  }

  return {
    next,
    async due(turn) {
      for (let due = turn; ; due = await next()) {
        const { place, waitsSince } = due
        if (waitsSince === now() || !(await isTakenSince(place, waitsSince))) return due
      }
    },
    giveBack(turn) {
      givenBack.push(turn)
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
    {
      kind: 'unusedClient',
      id,
      version: taken?.version ?? 'absent',
      value: { clientId },
      expiresAt,
      index: { state: 'taken' },
    },
    ...(isUnused ? [{ kind: 'client' as const, id: oldest.id, version: oldest.version, value: undefined }] : []),
  ]
}

/** Those who have a place. The index is that of the places, which are written again and again; at a client, whose identifier is random, it would cost a page of the disk. */
export async function listUnusedClients(store: ResolvedOptions['store']): Promise<Entry<ClientRecord>[]> {
  const found: Entry<ClientRecord>[] = []
  for (let after: string | undefined; ; ) {
    const places = await store.list('unusedClient', 'state', 'taken', after === undefined ? {} : { after })
    if (places.length === 0) return found
    const clients = await Promise.all(places.map(({ value }) => store.get('client', value.clientId)))
    found.push(...clients.flatMap((client) => (client?.expiresAt === undefined ? [] : [client])))
    after = places.at(-1)?.id
  }
}
