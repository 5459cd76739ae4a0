import type { Evidence } from '../evidence/evidence.ts'
import type { Finding } from '../findings/finding.ts'
import type { Change, Code, FixContext } from './change.ts'
import { changesFor } from './changes-for.ts'
import type { Fix } from './fix.ts'
import { documentsIn, fixContext, issuerHandedOn } from './fix-context.ts'
import { seenEndpoints } from './seen-endpoints.ts'
import { shellWord } from './shell-word.ts'
import type { DetectedStack } from './stack.ts'
import { switchesFor } from './switches.ts'
import { whyOf } from './why.ts'
import { writers } from './writers.ts'

type FixFor = (finding: Finding) => Fix | undefined

/** Reads the evidence once, for the fixes of all causes. */
export function createFixes(stack: DetectedStack, evidence: Evidence, findings: readonly Finding[]): FixFor {
  const { target } = evidence
  const documents = documentsIn(evidence.exchanges)
  const seen = fixContext(target, documents, seenEndpoints(evidence, findings))
  const check = `portcullis doctor ${shellWord(target)}`
  return (finding) => fixFor(finding, stack, { seen, check, handedOn: issuerHandedOn(finding, documents) })
}

interface Seen {
  readonly seen: FixContext
  readonly check: string
  readonly handedOn: string | undefined
}

/** What to change for a cause, in the words of the stack that was detected; `undefined` where nothing that can be pasted or clicked mends it. */
function fixFor(finding: Finding, stack: DetectedStack, { seen, check, handedOn }: Seen): Fix | undefined {
  const context = handedOn === undefined ? seen : { ...seen, issuer: handedOn }
  const steps = switchesFor(finding, stack)
  if (steps !== undefined) return { check, ...steps }
  const changes: readonly Change[] =
    handedOn === undefined ? changesFor(finding, stack) : [{ kind: 'resource_metadata' }]
  for (const change of changes) {
    const code = write(change, stack, context)
    if (code !== undefined) return { ...whyOf(change, context), code, check }
  }
  return undefined
}

/** The proxy where it can mend it, then the framework, then plain Node, which every reader can translate. */
function write(change: Change, { proxy, framework }: DetectedStack, context: FixContext): Code | undefined {
  for (const name of [proxy?.name, framework?.name ?? 'node']) {
    const code = name === undefined ? undefined : writers[name]?.(change, context)
    if (code !== undefined) return code
  }
  return undefined
}
