import type { Finding } from '../findings/finding.ts'
import type { Fix } from '../fixes/fix.ts'

/** A finding that no other finding explains, and what follows from it. */
export interface Cause {
  readonly finding: Finding
  /** Ids of the clients that stop because of it. */
  readonly stops: readonly string[]
  /** What else was seen because of it. */
  readonly symptoms: readonly Finding[]
  /** `undefined` where there is none for what was found. */
  readonly fix: Fix | undefined
}
