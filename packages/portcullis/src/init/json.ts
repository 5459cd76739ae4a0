import { unifiedDiff } from './diff.ts'
import type { Outcome } from './examine.ts'
import type { Project } from './project.ts'

/** The same for machines: `status` says what it is, and what else there is follows from it. */
export function jsonOf(
  outcome: Outcome,
  { packageManager }: Pick<Project, 'packageManager'>,
  { isWritten }: { isWritten: boolean },
): Record<string, unknown> {
  switch (outcome.kind) {
    case 'ready': {
      const { facts, settings, changes, notes } = outcome
      return {
        status: isWritten ? 'written' : 'ready',
        ...facts,
        packageManager,
        ...settings,
        changes: changes.map((change) => ({
          file: change.path,
          kind: change.before === undefined ? 'create' : 'change',
          diff: unifiedDiff(change),
        })),
        notes,
      }
    }
    case 'unsure': {
      const { facts, line, why, lines, nextStep } = outcome
      return { status: 'unsure', ...facts, packageManager, line, why, lines, nextStep }
    }
    case 'protected':
      return { status: 'protected', file: outcome.file, line: outcome.line }
    case 'gateway':
      return { status: 'gateway', ...outcome.advice }
    default:
      return outcome satisfies never
  }
}
