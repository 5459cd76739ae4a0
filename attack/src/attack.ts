import type { Stage } from './stage.ts'

/** One thing that an attacker tries, and how one sees whether it worked. */
export interface Attack {
  id: string
  /** What it is drawn from: clauses of RFCs, faults of the field (`field.md 2.3 n`), laws of the architecture page. */
  from: readonly string[]
  /** What the attacker does, in a sentence. */
  tries: string
  /** What a safe server answers. */
  safe: string
  /** It needs accounts, identity providers or the administration of ours, and is played on ours alone. That it can fail, a mutant shows. */
  isOfOurs?: true
  run(stage: Stage): Promise<Outcome>
}

/** What an attack came to. `seen` is a sentence; the bytes are in the exchanges. */
export type Outcome =
  | { verdict: 'safe'; seen: string }
  | { verdict: 'vulnerable'; seen: string }
  /** `not offered`: the server does not have what would be attacked. `no means`: the suite was not given what it needs. Neither is ever a pass. */
  | { verdict: 'could not try'; seen: string; because: 'not offered' | 'no means' }

export function safe(seen: string): Outcome {
  return { verdict: 'safe', seen }
}

export function vulnerable(seen: string): Outcome {
  return { verdict: 'vulnerable', seen }
}

/** Thrown where an attack cannot be tried. */
export class CouldNotTry extends Error {
  override readonly name = 'CouldNotTry'
  readonly because: 'not offered' | 'no means'

  constructor(because: 'not offered' | 'no means', message: string) {
    super(message)
    this.because = because
  }
}

/** The first finding of several tries of one kind: vulnerable if any was, and then all that were are named. */
export function allOf(findings: readonly (string | undefined)[], otherwise: string): Outcome {
  const bad = findings.filter((finding) => finding !== undefined)
  return bad.length === 0 ? safe(otherwise) : vulnerable(bad.join('; '))
}
