import { toKeyText } from '../key-text.ts'
import type { Write } from '../write.ts'
import { type AskInGroup, createGroups, Failed } from './groups.ts'
import { type Ask, codeOf } from './pool.ts'

/** Whole commits, each of which is judged by itself; one group at a time, so that they are judged in the order in which they were asked for. */
export function createCommits({
  ask,
  schema,
  now,
}: {
  ask: Ask
  schema: string
  now: () => number
}): AskInGroup<readonly Write[], boolean> {
  async function run(commits: readonly (readonly Write[])[]): Promise<readonly (boolean | Failed)[]> {
    const keys = commits.flat().map(({ kind, id }) => ({ kind: toKeyText(kind), id: toKeyText(id) }))
    const values = [commits.map(toJson), keys.map(({ kind }) => kind), keys.map(({ id }) => id), now()]
    const rows = await ask(`SELECT ${schema}.commit_1($1, $2, $3, $4) AS answers`, values)
    return [...String(rows[0]?.answers)].map((answer) => answer === 't')
  }

  /** Nothing of a group is written where one of it cannot be; then each is asked for alone, so that it fails alone. */
  async function runApart(commits: readonly (readonly Write[])[]): Promise<readonly (boolean | Failed)[]> {
    try {
      return await run(commits)
    } catch (cause) {
      if (!isOfOneCommit(cause)) throw cause
      if (commits.length === 1) return [new Failed(explained(cause))]
      const answers: (boolean | Failed)[] = []
      for (const commit of commits) answers.push(...(await runApart([commit])))
      return answers
    }
  }

  return createGroups(runApart, {
    atOnce: 1,
    most: 1_000_000,
    sizeOf: (writes) => writes.reduce((size, { text }) => size + 2000 + (text?.length ?? 0), 0),
  })
}

function toJson(writes: readonly Write[]): string {
  return JSON.stringify(
    writes.map(({ kind, id, version, text, expiresAt, index }) => ({
      kind: toKeyText(kind),
      id: toKeyText(id),
      version: version === 'absent' ? null : Number.isFinite(version) ? version : -1, // JSON has no NaN; no record is at -1
      value: text,
      expires_at: expiresAt,
      indexed: index.length === 0 ? null : JSON.stringify(index.map((pair) => pair.map(toKeyText))),
    })),
  )
}

/** Data exceptions, violated constraints, and what is too large for the database. */
function isOfOneCommit(cause: unknown): boolean {
  return /^(22|23|54)/.test(codeOf(cause) ?? '')
}

function explained(cause: unknown): unknown {
  if (codeOf(cause) !== '54000') return cause
  return new TypeError('an id or a value of an index is too long: with their names they may have some 2,600 bytes', {
    cause,
  })
}
