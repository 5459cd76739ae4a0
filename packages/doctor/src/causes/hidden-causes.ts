import type { Finding } from '../findings/finding.ts'
import type { ClientVerdict } from '../simulation/verdict.ts'
import type { Cause } from './causes.ts'
import { isMetBy } from './graph.ts'

/** Causes that stop nobody as yet, since clients are held back before they come there: another is to be mended first. */
export function hiddenCauses(causes: readonly Cause[], verdicts: readonly ClientVerdict[]): readonly Cause[] {
  return causes.filter(
    ({ finding, stops }) => stops.length === 0 && verdicts.some((verdict) => isHeldBackBefore(verdict, finding)),
  )
}

function isHeldBackBefore({ walk: { end } }: ClientVerdict, { code }: Finding): boolean {
  switch (end.kind) {
    case 'stops':
      return end.step === 'reach' || !isMetBy(end.step, code)
    case 'needs_no_sign_in':
      return !isMetBy('challenge', code)
    default:
      return false
  }
}
