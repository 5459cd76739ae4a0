import { createHash } from 'node:crypto'
import type { Mutant } from '../mutants/mutant.ts'

/** How many commits it takes, on average, until the shares have held each mutant once. */
const shares = 4

/** What changed of late in the repository, as git tells it. */
export interface Changes {
  /** Where it counts from, as a commit. */
  since: string
  /** From the root of the repository. */
  files: ReadonlySet<string>
  /** What was added under `mutants/`. */
  addedToMutants: string
}

/** Whether a mutant is of the share that is tried at a commit: a quarter of them, another at each commit, and the same whenever it is asked. */
export function isInShareOf(commit: string, { name }: Mutant): boolean {
  return createHash('sha256').update(`${commit}\n${name}`).digest().readUInt32BE() % shares === 0
}

/** Whether a change may have made of a mutant one that nobody notices: of its own text, of what it changes, or of its test. */
export function isTouchedBy({ files, addedToMutants }: Changes, { name, file, find, replace, test }: Mutant): boolean {
  if (files.has(file) || files.has(test.file)) return true
  // A line that says little stands in many mutants.
  const ownLines = [name, ...find.split('\n'), ...replace.split('\n')].map((line) => line.trim())
  return ownLines.some((line) => line.length > 20 && addedToMutants.includes(line))
}
