/** What the store asks of a Prisma client: one whose schema has the three models of `schema.prisma` has it, on either database, whatever else it has. */
export interface StoreClient extends StoreTransaction {
  portcullisCounter: {
    updateManyAndReturn(args: {
      where: { name: string; expiresAt: Range }
      data: { count: number | { increment: number }; expiresAt?: number }
    }): PromiseLike<{ count: number }[]>
    deleteMany(args: { where: { expiresAt: Range }; limit: number }): PromiseLike<unknown>
    create(args: { data: { name: string; count: number; expiresAt: number } }): PromiseLike<unknown>
  }
  $queryRaw<Rows>(query: TemplateStringsArray, ...values: unknown[]): PromiseLike<Rows>
  $transaction(
    act: (transaction: StoreTransaction) => Promise<void>,
    options: { maxWait: number; timeout: number },
  ): Promise<void>
}

/** The same within one transaction. */
export interface StoreTransaction {
  portcullisEntry: {
    findUnique(args: {
      where: { kind_id: Key }
    }): PromiseLike<{ value: string; version: bigint; expiresAt: number | null } | null>
    findMany(args: {
      where: { expiresAt: Range }
      take: number
      select: { kind: true; id: true }
    }): PromiseLike<{ kind: string; id: string }[]>
    create(args: { data: Key & Content }): PromiseLike<unknown>
    updateMany(args: { where: Condition; data: Content }): PromiseLike<{ count: number }>
    deleteMany(args: { where: Condition }): Promise<{ count: number }>
  }
  portcullisIndexEntry: {
    deleteMany(args: { where: Key }): PromiseLike<unknown>
    createMany(args: { data: (Key & { name: string; value: string })[] }): PromiseLike<unknown>
  }
}

interface Key {
  kind: string
  id: string
}

interface Content {
  version: bigint
  value: string
  expiresAt: number | null
}

interface Range {
  gt?: number
  lte?: number
}

interface Condition extends Key {
  version?: bigint
  expiresAt?: Range
  OR?: { expiresAt: Range | null }[]
}
