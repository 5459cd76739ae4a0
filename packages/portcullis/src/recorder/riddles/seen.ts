import type { StepCode } from '../attempt.ts'
import type { Case } from '../case.ts'
import type { Stage } from '../story.ts'

/** The step that went wrong last and was not made good, where it is one of these. */
export function failedWith({ story: { failure } }: Case, ...codes: readonly StepCode[]) {
  return failure !== undefined && codes.includes(failure.step.code) ? failure : undefined
}

/** Whether nothing went wrong, and what should have come by now did not. */
export function isStuckAt({ story, isOverdue }: Case, ...at: readonly Stage[]): boolean {
  return story.failure === undefined && isOverdue && at.includes(story.stage)
}

/** `10 min`, or `45 s`. */
export function spanOf(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h` : `${Math.round(seconds / 86_400)} days`
}

/** What the refusal said, as a sentence of evidence. */
export function said(detail: string | undefined): readonly string[] {
  return detail === undefined ? [] : [detail]
}

/** The same at the beginning of a sentence. */
export function Name({ name }: Case): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
