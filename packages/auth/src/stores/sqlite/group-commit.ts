import type { DatabaseSync } from 'node:sqlite'
import { type Durability, prepareDurability } from './open-database.ts'
import { prepareTransaction } from './transaction.ts'

/** Work for the next transaction. It is run again when the transaction could not begin, so it acts on nothing but the database. */
export interface Work<Context, Answer> {
  /** What the answer waits for. A group is as durable as the most demanding work in it. */
  durability: Durability
  run(context: Context): Answer
}

export interface TransactionScope<Context> {
  /** Called first in each transaction. */
  begin(): Context
  /** Called last in each transaction, before it is committed. */
  end(context: Context): void
}

/**
 * One transaction for all the work that is asked for in one turn of the event loop; answers are given once it is committed.
 * Owns: when a transaction begins, waits for a lock, and ends. Does not own: what it writes.
 * While another process holds the lock the work waits, without holding up the event loop, at most `patience` milliseconds.
 */
export function createGroupCommit<Context>(
  database: DatabaseSync,
  scope: TransactionScope<Context>,
  patience: number,
): <Answer>(work: Work<Context, Answer>) => Promise<Answer> {
  const runTransaction = prepareTransaction(database)
  const setDurability = prepareDurability(database)
  let waiting: Job<Context>[] = []
  let isLocked = false

  /** Where several came in one turn, those of the next turns join them for as long as each brings more: a transaction costs more than what is in it. */
  function gather(before: number, turns: number): void {
    if (waiting.length > before && turns > 0) setImmediate(gather, waiting.length, turns - 1)
    else flush()
  }

  function flush(): void {
    const group = waiting
    waiting = []
    try {
      setDurability(group.some((job) => job.durability === 'full') ? 'full' : 'relaxed')
      runTransaction(
        () => {
          const context = scope.begin()
          for (const job of group) job.run(context)
          scope.end(context)
        },
        { mayWait: !isLocked },
      )
    } catch (cause) {
      fail(group, cause)
      return
    }
    isLocked = false
    for (const job of group) job.resolve()
  }

  function fail(group: readonly Job<Context>[], cause: unknown): void {
    const isPatient = ({ askedAt }: Job<Context>) => isBusy(cause) && performance.now() - askedAt < patience
    waiting = group.filter(isPatient)
    isLocked = isBusy(cause) // whoever has held it this long may hold it longer
    if (waiting.length > 0) setTimeout(flush, pause)
    for (const job of group) if (!waiting.includes(job)) job.reject(cause)
  }

  return (work) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) setImmediate(gather, 1, mostTurns)
      waiting.push(createJob(work, resolve, reject))
    })
}

/** Turns of the event loop that a transaction waits for others to join it. */
const mostTurns = 3

/** Milliseconds between two tries to begin. */
const pause = 5

interface Job<Context> {
  readonly durability: Durability
  readonly askedAt: number
  run(context: Context): void
  resolve(): void
  reject(cause: unknown): void
}

function createJob<Context, Answer>(
  work: Work<Context, Answer>,
  resolve: (answer: Answer | Promise<Answer>) => void,
  reject: (cause: unknown) => void,
): Job<Context> {
  let result: { answer: Answer } | undefined
  return {
    durability: work.durability,
    askedAt: performance.now(),
    run: (context) => {
      result = { answer: work.run(context) }
    },
    resolve: () => {
      if (result !== undefined) resolve(result.answer)
    },
    reject,
  }
}

/** Whether another process has the lock (SQLITE_BUSY with its extended codes). */
function isBusy(cause: unknown): boolean {
  return (
    cause instanceof Error && 'errcode' in cause && typeof cause.errcode === 'number' && (cause.errcode & 0xff) === 5
  )
}
