import { pseudonymised } from './pseudonyms.ts'
import type { AttemptView } from './view.ts'

/** One attempt as a file that can be given away: to the makers of a client, to whoever runs the proxy. `attempt.schema.json` says what stands in it. */
export interface AttemptEvidence {
  format: 'portcullis-attempt'
  formatVersion: 1
  /** ISO 8601, as all times in it. */
  madeAt: string
  madeBy: { portcullis: string; node: string }
  /** Whether addresses and names are pseudonyms. */
  isPseudonymised: boolean
  server: { publicUrl: string }
  attempt: Timed<AttemptView>
}

/** The same with its times as text. */
type Timed<Value> = Value extends readonly (infer Item)[]
  ? readonly Timed<Item>[]
  : Value extends object
    ? { [Name in keyof Value]: Name extends TimeName ? string : Timed<Value[Name]> }
    : Value

type TimeName = 'at' | 'lastAt' | 'startedAt' | 'changedAt' | 'connectedAt'

const timeNames: ReadonlySet<string> = new Set<TimeName>(['at', 'lastAt', 'startedAt', 'changedAt', 'connectedAt'])

/** There is no secret in an attempt to begin with. `namesEverybody`: addresses, people and hosts stand in it as they are. */
export function evidenceOf(
  view: AttemptView,
  {
    publicUrl,
    version,
    now,
    namesEverybody = false,
  }: { publicUrl: string; version: string; now: number; namesEverybody?: boolean },
): AttemptEvidence {
  const evidence: AttemptEvidence = {
    format: 'portcullis-attempt',
    formatVersion: 1,
    madeAt: new Date(now).toISOString(),
    madeBy: { portcullis: version, node: process.versions.node },
    isPseudonymised: !namesEverybody,
    server: { publicUrl },
    attempt: timed(view) as Timed<AttemptView>, // what `timed` does to it is that type
  }
  return namesEverybody ? evidence : pseudonymised(evidence, { view, publicUrl })
}

function timed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(timed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      timeNames.has(name) && typeof each === 'number' ? new Date(each).toISOString() : timed(each),
    ]),
  )
}
