import type { Finding } from '../../findings/finding.ts'
import { stepsElsewhere } from './elsewhere.ts'
import { stepsHere } from './here.ts'
import type { About, Steps } from './steps.ts'

export interface Whereabouts extends About {
  /** Whether it is another server than the one that people type the URL of. */
  readonly isElsewhere: boolean
  /** The identity provider, where it was recognised. */
  readonly provider: string | undefined
}

/** What to do where no lines are printed. */
export function stepsFor(finding: Finding, about: Whereabouts): Steps | undefined {
  const elsewhere = about.isElsewhere ? stepsElsewhere(finding, about) : undefined
  if (elsewhere !== undefined) return elsewhere
  // The code of a finding says which arguments it has, which the compiler cannot follow through the table.
  const steps = stepsHere as { readonly [code: string]: ((args: unknown, about: About) => Steps) | undefined }
  const told = steps[finding.code]?.(finding.args, about)
  return told === undefined || !about.isElsewhere
    ? told
    : { ...told, title: `at ${about.provider ?? about.host}, not in the MCP server: ${told.title}` }
}
