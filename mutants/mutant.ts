/** A guard, taken away: the code as it would be without it, and the test that must notice. */
export interface Mutant {
  /** What the guard upholds, as a sentence. */
  name: string
  /** The law of `docs/architecture.md` or the id of the requirement that it stands for. */
  law: string
  /** From the root of the repository. */
  file: string
  /** What stands in the file exactly once. */
  find: string
  replace: string
  /** A test whose title matches must turn red. */
  test: { file: string; title: RegExp }
}
