import type { Commands } from './commands.ts'

/** One table of the results. */
export interface Bench {
  /** What it is called on the command line. */
  name: string
  title: string
  run(context: BenchContext): Promise<BenchResult>
}

export interface BenchContext {
  commands: Commands
  /** A few seconds, to see that it runs. Its figures mean nothing. */
  isSmoke: boolean
  /** Rounds; the table's own number where nobody asked for another. */
  rounds: number | undefined
  /** An empty folder of its own, on a disk. */
  folder: string
  say(line: string): void
}

export interface BenchResult {
  /** Markdown. */
  tables: readonly string[]
  /** What the goals ask for, and whether this run met them. */
  goals: readonly string[]
  /** How it was measured: rounds, their length, versions. */
  remarks: readonly string[]
}
