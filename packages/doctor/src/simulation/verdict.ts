import type { Step } from '@portcullis/clients'
import type { Caveat, Walk } from './walk.ts'

/** What the doctor says of one client. */
export interface ClientVerdict {
  readonly client: {
    readonly id: string
    readonly name: string
    /** The addresses that it comes from, as CIDR; or the URL where its maker publishes them. */
    readonly egress?: readonly string[]
  }
  readonly kind: 'connects' | 'connects_with_caveat' | 'stops' | 'cannot_tell'
  /** `documents`: nobody has signed in; what the documents promise is believed. */
  readonly basis: 'documents'
  /** Where it stops, or where nobody can tell. */
  readonly step?: Step
  /** What it shows its user there, where that is known. */
  readonly words?: string
  /** Why nobody can tell. */
  readonly why?: string
  readonly caveats: readonly Caveat[]
  readonly walk: Walk
}
