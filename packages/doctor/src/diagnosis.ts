import type { Cause } from './causes/causes.ts'
import type { Exchange } from './evidence/exchange.ts'
import type { Finding } from './findings/finding.ts'
import type { DetectedStack } from './fixes/stack.ts'
import type { ClientVerdict } from './simulation/verdict.ts'

/** All that one look at a server brought. The report's `--json` is this, as `report.schema.json` has it. */
export interface Diagnosis {
  readonly target: string
  /** RFC 3339, UTC. */
  readonly at: string
  /** How far the doctor went: `passive` creates nothing and signs nobody in. */
  readonly level: 'passive'
  readonly requests: number
  /** How many more were wanted and not sent, since that is the most: what they would have shown is missing. */
  readonly notAsked: number
  readonly milliseconds: number
  readonly stack: DetectedStack
  /** In the order of the profiles. */
  readonly clients: readonly ClientVerdict[]
  /** Whether somebody asked about these clients by name, not about all there are. */
  readonly areChosen: boolean
  /** What to mend, the one that stops most clients first. */
  readonly causes: readonly Cause[]
  /** What no client comes to before `causes` are mended. */
  readonly hidden: readonly Cause[]
  /** All that was seen, causes, hidden ones and their symptoms included. */
  readonly findings: readonly Finding[]
  readonly exchanges: readonly Exchange[]
}
