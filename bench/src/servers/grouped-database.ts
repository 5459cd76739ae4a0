import { DatabaseSync } from 'node:sqlite'

/** A database whose writes are durable when they are answered, all of one turn of the event loop in one transaction. */
export interface GroupedDatabase {
  readonly database: DatabaseSync
  write<Answer>(work: () => Answer): Promise<Answer>
}

/** What the authorization servers beside ours write to: the same kind of store, with the same promise and the same trick. */
export function openGroupedDatabase(path: string, schema: string): GroupedDatabase {
  const database = new DatabaseSync(path)
  database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${schema}`)
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  let waiting: { run: () => void; answer: () => void }[] = []

  function flush(): void {
    const group = waiting
    waiting = []
    begin.run()
    for (const { run } of group) run()
    commit.run()
    for (const { answer } of group) answer()
  }

  return {
    database,
    write: (work) =>
      new Promise((resolve) => {
        if (waiting.length === 0) setImmediate(flush)
        let result: { value: ReturnType<typeof work> } | undefined
        waiting.push({
          run: () => {
            result = { value: work() }
          },
          answer: () => result !== undefined && resolve(result.value),
        })
      }),
  }
}
