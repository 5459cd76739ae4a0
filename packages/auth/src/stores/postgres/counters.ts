import { createHash } from 'node:crypto'
import { toKeyText } from '../key-text.ts'
import { type AskInGroup, createGroups } from './groups.ts'
import type { Ask } from './pool.ts'

export interface Count {
  name: string
  lifetime: number
}

/** Counts are answered in the order in which they were asked for. */
export function createCounters({
  ask,
  schema,
  now,
}: {
  ask: Ask
  schema: string
  now: () => number
}): AskInGroup<Count, number> {
  async function run(counts: readonly Count[]): Promise<readonly number[]> {
    const sorted = counts
      .map(({ name, lifetime }, place) => ({ key: keyOf(name), lifetime, place }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.place - b.place))
    const values = [sorted.map(({ key }) => key), sorted.map(({ lifetime }) => lifetime), now()]
    const rows = await ask(`SELECT counted FROM ${schema}.count_1($1, $2, $3) AS counted`, values)
    const answers: number[] = []
    for (const [nth, { place }] of sorted.entries()) answers[place] = Number(rows[nth]?.counted)
    return answers
  }

  return createGroups(run, { atOnce: 1, most: 100 })
}

/** What an index cannot hold is named by its hash, behind a mark that no other key text has: clients say what some counters are named for. */
function keyOf(name: string): string {
  const keyText = toKeyText(name)
  if (keyText.length <= 500) return keyText
  return `\u0001#${createHash('sha256').update(keyText).digest('hex')}`
}
