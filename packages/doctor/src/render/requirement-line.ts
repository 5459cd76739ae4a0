import type { FindingCode } from '../findings/finding.ts'
import { requirementOf } from '../findings/requirements.ts'

/** What a finding is measured by, on one line; empty where no text demands it. */
export function requirementLine(code: FindingCode): string {
  const { ids, sections } = requirementOf(code)
  return [...ids, ...sections].join(', ')
}
