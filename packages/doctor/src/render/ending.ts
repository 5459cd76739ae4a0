import type { Step } from '@portcullis/clients'
import type { ClientVerdict } from '../simulation/verdict.ts'
import { orderOf } from './step-names.ts'

/** How it ends for a client, as people would say it: finer than the kinds of verdicts, which are for machines. */
export type Ending =
  | 'stops'
  | 'cannot_tell'
  /** Let in by a server that means to ask, and did not. */
  | 'as_nobody'
  /** Its maker's data centre does not reach the address that was typed. */
  | 'once_public'
  /** Somebody must make an identifier for it first. */
  | 'once_entered'
  /** Let in by a server that asks nobody. */
  | 'open'
  | 'connects'

export function endingOf({ kind, caveats, walk }: ClientVerdict): Ending {
  if (kind === 'stops' || kind === 'cannot_tell') return kind
  const has = (wanted: string) => caveats.some((caveat) => caveat.kind === wanted)
  if (has('anonymous')) return 'as_nobody'
  if (has('needs_public_url')) return 'once_public'
  if (has('needs_static_client')) return 'once_entered'
  return walk.end.kind === 'needs_no_sign_in' ? 'open' : 'connects'
}

/** Clients that end alike. */
export interface Group {
  readonly ending: Ending
  /** Where they stop, or where nobody can tell. */
  readonly step: Step | undefined
  /** Whether nobody asks them to sign in. */
  readonly isLetIn: boolean
  readonly clients: readonly ClientVerdict[]
}

/** Those that stop first come first, those that connect last. */
export function groupsOf(verdicts: readonly ClientVerdict[]): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const verdict of verdicts) {
    const { step } = verdict
    const ending = endingOf(verdict)
    const isLetIn = verdict.walk.end.kind === 'needs_no_sign_in'
    const key = `${ending} ${step} ${isLetIn}`
    groups.set(key, { ending, step, isLetIn, clients: [...(groups.get(key)?.clients ?? []), verdict] })
  }
  return [...groups.values()].sort((a, b) => rank(a) - rank(b))
}

export const endings: readonly Ending[] = [
  'stops',
  'cannot_tell',
  'as_nobody',
  'once_public',
  'once_entered',
  'open',
  'connects',
]

function rank({ ending, step }: Group): number {
  return endings.indexOf(ending) * 100 + (step === undefined ? 0 : orderOf(step))
}
