import type { AuditProblem } from './verify.ts'

/** What is wrong with the log, as a sentence without its full stop. */
export function sentenceOf(problem: AuditProblem): string {
  switch (problem.kind) {
    case 'entry_changed':
      return `Entry ${problem.sequence} is not as it was written`
    case 'entry_missing':
      return `Entry ${problem.sequence} is missing`
    case 'entry_does_not_follow':
      return `Entry ${problem.sequence} does not follow from the one before it, which was changed or put in its place`
    case 'end_missing':
      return `The log was cut off: its entries from ${problem.sequence} on are missing`
    case 'entry_behind_end':
      return `Entry ${problem.sequence} stands behind the end of the log, whose head was taken back or is gone`
    case 'end_differs':
      return `The head of the log is not that of its last entry, ${problem.sequence}`
    case 'seal_wrong':
      return `The seal up to entry ${problem.sequence} is of another log: this one was written anew, or cut off`
    case 'seal_of_another_secret':
      return `The seal up to entry ${problem.sequence} is made with a secret that is not at hand`
    case 'seal_missing':
      return 'The log has no seal: no server has run on it yet, or somebody took the seal away'
    case 'kept_head_missing':
      return `No entry has the hash ${problem.hash}: the log is another one, or was cut off before it`
    default:
      return problem satisfies never
  }
}
