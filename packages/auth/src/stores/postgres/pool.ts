/**
 * Owns: one query on one connection, with an end in time. Does not own: what is asked, and what follows from a failure.
 */

/** Connections to a Postgres database: a `Pool` of the package `pg`, or one that is used like it. */
export interface PostgresPool {
  connect(): Promise<PostgresConnection>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface PostgresConnection {
  query(query: { text: string; values?: unknown[] }): Promise<{ rows: Record<string, unknown>[] }>
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Gives the connection back, or, with `true`, closes it. */
  release(isBroken?: boolean): void
}

/** Asks one query, which is a transaction of its own. Resolves to its rows. */
export type Ask = (text: string, values: unknown[]) => Promise<Record<string, unknown>[]>

/** The database did not answer in time; what was asked may still happen. */
export class PostgresTimeoutError extends Error {
  override readonly name = 'PostgresTimeoutError'
}

/** `timeout` (seconds) is for getting a connection and for the answer, together. */
export function createAsk(pool: PostgresPool, timeout: number): Ask {
  return (text, values) =>
    withConnection(pool, timeout, async (connection) => (await connection.query({ text, values })).rows)
}

/** Runs `use` on a connection, which is closed afterwards where it may be broken or may have something unfinished on it. */
export async function withConnection<Result>(
  pool: PostgresPool,
  timeout: number,
  use: (connection: PostgresConnection) => Promise<Result>,
): Promise<Result> {
  const deadline = createDeadline(timeout)
  try {
    const connecting = pool.connect()
    const connection = await deadline.or(connecting, () => {
      connecting.then((late) => late.release()).catch(() => {}) // of its failure nobody waits to hear
    })
    tellNobody(connection)
    try {
      const result = await deadline.or(use(connection))
      connection.release()
      return result
    } catch (cause) {
      connection.release(!isRefusal(cause))
      throw cause
    }
  } finally {
    deadline.end()
  }
}

/** Whether the database is there and said no, as opposed to a connection that was lost or an answer that did not come. */
export function isRefusal(cause: unknown): boolean {
  // 08: connection; 57P: told to go; 25006: a server that became a standby, from which every connection should move on.
  return codeOf(cause) !== undefined && !/^(08|57P|25006)/.test(codeOf(cause) ?? '')
}

/** The code of an error that the database itself answered with (SQLSTATE). */
export function codeOf(cause: unknown): string | undefined {
  // An error of the operating system has a code too, and no severity.
  const isAnswer = cause instanceof Error && 'severity' in cause && 'code' in cause && typeof cause.code === 'string'
  return isAnswer ? String(cause.code) : undefined
}

interface Deadline {
  /** What `promise` comes to, or a rejection when time is up, at which `onLate` is called. */
  or<Value>(promise: Promise<Value>, onLate?: () => void): Promise<Value>
  end(): void
}

function createDeadline(seconds: number): Deadline {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const message = `The database did not answer within ${seconds} s`
    timer = setTimeout(() => reject(new PostgresTimeoutError(message)), seconds * 1000)
  })
  late.catch(() => {})
  return {
    async or(promise, onLate) {
      try {
        return await Promise.race([promise, late])
      } catch (cause) {
        if (cause instanceof PostgresTimeoutError) {
          onLate?.()
          promise.catch(() => {})
        }
        throw cause
      }
    },
    end: () => clearTimeout(timer),
  }
}

const heard = new WeakSet<object>()

/**
 * What breaks is also told as an event, which without a listener would end the process. A connection in use rejects its query besides, and of one
 * that was idle the pool has let go already: there is nothing to do.
 */
export function tellNobody(emitter: Pick<PostgresPool, 'on'> | Pick<PostgresConnection, 'on'>): void {
  if (heard.has(emitter)) return
  heard.add(emitter)
  emitter.on('error', () => {})
}
