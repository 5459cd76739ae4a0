import type { Step } from '@portcullis/clients'
import type { ObservedOutcome } from '../../../packages/doctor/test/observation.ts'
import type { Site } from './site.ts'

/** One client at one site: what the doctor said, and what the client did. */
export interface Cell {
  readonly client: string
  readonly site: string
  readonly stack: Site['stack']
  readonly doctor: DoctorsWord
  readonly did: Deed
  /** In what the two differ: empty where they agree. */
  readonly differs: readonly Difference[]
}

export type Difference = 'outcome' | 'step' | 'words'

export interface DoctorsWord {
  readonly outcome: ObservedOutcome | { readonly kind: 'cannot_tell'; readonly why: string }
  /** Where it stops, or where nobody can tell. */
  readonly step?: Step
  /** What it shows where it stops. */
  readonly words?: string
}

export interface Deed {
  readonly outcome: ObservedOutcome
  /** What it said where it stopped: messages, each whole; absent where nobody could hear it. */
  readonly said?: readonly string[]
  /** The steps that its last words can speak of; absent where it said nothing. */
  readonly steps?: readonly Step[]
}

/** For a line of a report: what the doctor said. */
export function wordInBrief({ outcome, step, words }: DoctorsWord): string {
  const said = words === undefined ? '' : `, saying “${inBrief(words)}”`
  switch (outcome.kind) {
    case 'stops':
      return `stops at ${step}${said}`
    case 'cannot_tell':
      return `cannot tell at ${step}: ${outcome.why}`
    default:
      return outcomeInBrief(outcome)
  }
}

/** For a line of a report: what the client did. */
export function deedInBrief({ outcome, said, steps }: Deed): string {
  if (outcome.kind !== 'stops') return outcomeInBrief(outcome)
  const where = steps === undefined ? '' : ` at ${steps.join(' or ') || 'a step that its words do not name'}`
  if (said === undefined) return `stops${where}`
  return `stops${where}, saying ${said.length === 0 ? 'nothing' : `“${inBrief(said.join(' / '))}”`}`
}

function outcomeInBrief(outcome: ObservedOutcome): string {
  if (outcome.kind !== 'opens') return outcome.kind
  const { endpoint, identifier, scope, resource } = outcome
  const as = identifier === 'document' ? ' with its document' : ''
  const about = [scope !== undefined && `scope ${scope}`, resource !== undefined && `resource ${resource}`]
  return [`opens ${endpoint}${as}`, ...about.filter((each) => each !== false)].join(', ')
}

function inBrief(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length > 160 ? `${line.slice(0, 160)}…` : line
}
