import { randomInt } from 'node:crypto'
import type { Kinds, Page, Store } from '@portcullis/auth/authorization-server'
import {
  entryOf,
  fromKeyText,
  isGone,
  parseChanges,
  parseLifetime,
  parsePage,
  toKeyText,
  type Write,
} from '@portcullis/auth/stores/custom'
import type { StoreClient, StoreTransaction } from './store-client.ts'

export interface PrismaStoreOptions {
  /** A client whose schema has the three models of `schema.prisma`. */
  prisma: StoreClient
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

/** The store of Portcullis over Prisma, on Postgres or SQLite. One transaction a commit; commits and counts of one process take turns. */
export function prismaStore<K extends Kinds>({ prisma, now = epochSeconds }: PrismaStoreOptions): Store<K> {
  const inTurn = createTurns()

  return {
    async get<Kind extends keyof K & string>(kind: Kind, id: string) {
      const key = { kind: toKeyText(kind), id: toKeyText(id) }
      const found = await prisma.portcullisEntry.findUnique({ where: { kind_id: key } })
      if (found === null || isGone(found.expiresAt ?? undefined, now())) return undefined
      return entryOf<K[Kind]['value']>(id, found.value, Number(found.version), found.expiresAt ?? undefined)
    },

    async list<Kind extends keyof K & string>(kind: Kind, index: K[Kind]['index'], value: string, page?: Page) {
      const { after, limit } = parsePage(page)
      // In this order a text with a NUL behind it comes directly after the text itself.
      const from = after === undefined ? '' : toKeyText(`${after}\0`)
      // One statement, so that a list is of one moment; Prisma would fetch the entries by a second.
      const rows = await prisma.$queryRaw<ListedRow[]>`
        SELECT e."id", e."value", e."version", e."expiresAt"
        FROM "portcullis_index_entries" AS i
        JOIN "portcullis_entries" AS e ON e."kind" = i."kind" AND e."id" = i."id"
        WHERE i."kind" = ${toKeyText(kind)} AND i."name" = ${toKeyText(index)} AND i."value" = ${toKeyText(value)}
          AND i."id" >= ${from} AND (e."expiresAt" IS NULL OR e."expiresAt" > ${now()})
        ORDER BY i."id" LIMIT ${limit}`
      return rows.map((row) =>
        entryOf<K[Kind]['value']>(fromKeyText(row.id), row.value, Number(row.version), row.expiresAt ?? undefined),
      )
    },

    async count(name, lifetime) {
      const seconds = parseLifetime(lifetime)
      return inTurn(() => persistently(() => addOne(prisma, toKeyText(name), { seconds, time: now() })))
    },

    async commit(changes) {
      const writes = parseChanges(changes)
      if (writes.length === 0) return true
      return inTurn(async () => {
        const wrote = await persistently(() => writeAll(prisma, writes, now()))
        if (wrote) await sweep(prisma, writes.length, now())
        return wrote
      })
    },
  }
}

interface ListedRow {
  id: string
  value: string
  version: bigint
  expiresAt: number | null
}

/** Rolls a transaction back whose conditions do not hold. */
class Stale extends Error {}

async function writeAll(prisma: StoreClient, writes: readonly Write[], time: number): Promise<boolean> {
  // In the order of their keys, so that no two commits wait for each other in a circle.
  const inOrder = writes
    .map((write) => ({ ...write, kind: toKeyText(write.kind), id: toKeyText(write.id) }))
    .sort((a, b) => (a.kind === b.kind ? compare(a.id, b.id) : compare(a.kind, b.kind)))
  try {
    await prisma.$transaction(
      async (transaction) => {
        for (const write of inOrder) await writeOne(transaction, write, time)
      },
      { maxWait: 10_000, timeout: 30_000 },
    )
    return true
  } catch (cause) {
    // P2002: somebody else made the record.
    if (cause instanceof Stale || codeOf(cause) === 'P2002') return false
    throw cause
  }
}

async function writeOne(transaction: StoreTransaction, write: Write, time: number): Promise<void> {
  const { kind, id, version, text, expiresAt, index } = write
  const isThere = { OR: [{ expiresAt: null }, { expiresAt: { gt: time } }] }
  if (version === 'absent')
    await transaction.portcullisEntry.deleteMany({ where: { kind, id, expiresAt: { lte: time } } })
  else if (!Number.isSafeInteger(version)) throw new Stale()

  // A random version is one that the record never had, whoever made it and whatever was deleted: nothing has to be counted on.
  const data = { version: BigInt(randomInt(1, 2 ** 47)), value: text ?? '', expiresAt: expiresAt ?? null }
  if (version === 'absent') await transaction.portcullisEntry.create({ data: { kind, id, ...data } })
  else {
    const where = { kind, id, version: BigInt(version), ...isThere }
    const { count } =
      text === undefined
        ? await transaction.portcullisEntry.deleteMany({ where })
        : await transaction.portcullisEntry.updateMany({ where, data })
    if (count !== 1) throw new Stale()
  }
  await transaction.portcullisIndexEntry.deleteMany({ where: { kind, id } })
  if (index.length === 0) return
  await transaction.portcullisIndexEntry.createMany({
    data: index.map(([name, value]) => ({ kind, id, name: toKeyText(name), value: toKeyText(value) })),
  })
}

async function addOne(
  prisma: StoreClient,
  name: string,
  { seconds, time }: { seconds: number; time: number },
): Promise<number> {
  const [running] = await prisma.portcullisCounter.updateManyAndReturn({
    where: { name, expiresAt: { gt: time } },
    data: { count: { increment: 1 } },
  })
  if (running !== undefined) return running.count
  await prisma.portcullisCounter.deleteMany({ where: { expiresAt: { lte: time } }, limit: 10 })
  const [again] = await prisma.portcullisCounter.updateManyAndReturn({
    where: { name, expiresAt: { lte: time } },
    data: { count: 1, expiresAt: time + seconds },
  })
  if (again !== undefined) return again.count
  await prisma.portcullisCounter.create({ data: { name, count: 1, expiresAt: time + seconds } })
  return 1
}

/** More than was written, so that what has expired becomes less with every commit. Each row goes only if it still has expired. */
async function sweep(prisma: StoreClient, written: number, time: number): Promise<void> {
  const expired = { expiresAt: { lte: time } }
  const due = await prisma.portcullisEntry.findMany({
    where: expired,
    take: 4 + 2 * written,
    select: { kind: true, id: true },
  })
  // One by one, each in a transaction of its own, which holds no lock that another waits for in turn.
  for (const key of due) await prisma.portcullisEntry.deleteMany({ where: { ...key, ...expired } }).catch(() => {}) // another commit will
}

/** P2002: somebody was quicker to create. P2034, P1008 and a database that is locked: nothing was written. Each is tried again. */
async function persistently<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act()
    } catch (cause) {
      const mayTryAgain =
        ['P2002', 'P2034', 'P1008'].includes(codeOf(cause) ?? '') || /locked|busy/i.test(String(cause))
      if (!mayTryAgain || tries === 50) throw cause
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
    }
  }
}

/** What is asked for at once is done in its order. */
function createTurns(): <Answer>(act: () => Promise<Answer>) => Promise<Answer> {
  let last: Promise<unknown> = Promise.resolve()
  return (act) => {
    const mine = last.then(act)
    last = mine.catch(() => {})
    return mine
  }
}

function codeOf(cause: unknown): string | undefined {
  // By its name: the class is of the client that was generated, and this serves any.
  if (!(cause instanceof Error) || cause.name !== 'PrismaClientKnownRequestError' || !('code' in cause))
    return undefined
  return String(cause.code)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function epochSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
