import type { ClientProfile, Fact, Step } from '@portcullis/clients'
import { type Knob, knobs } from './knobs.ts'
import type { Walk, WalkEnd } from './walk.ts'

/**
 * What a walk wants to know of its client and finds nowhere recorded. Nobody guesses: each value that is possible is tried, and where they
 * lead to different ends, nobody can tell.
 */
class NotRecorded extends Error {
  override readonly name = 'NotRecorded'
  readonly knob: Knob

  constructor(knob: Knob) {
    super(`Nobody has recorded ${knobs[knob].what}`)
    this.knob = knob
  }
}

/** The value of a fact; where there is none, the walk is taken once with each that is possible. */
export function recorded<Value>(fact: Fact<Value> | undefined, knob: Knob): Value {
  if (fact === undefined) throw new NotRecorded(knob)
  return fact.value
}

/**
 * Takes a walk with every value of each knob that it asks for and that is not recorded; what it does not ask for cannot matter. Where all
 * end alike (it connects, it stops), the end is that of the first values, which are the specification's. Otherwise nobody can tell, from the
 * step on where the knob matters.
 */
export async function walkEveryWay(
  client: ClientProfile,
  walk: (client: ClientProfile) => Promise<Walk>,
): Promise<Walk> {
  try {
    return await walk(client)
  } catch (error) {
    if (!(error instanceof NotRecorded)) throw error
    return walkWithEach(error.knob, client, walk)
  }
}

async function walkWithEach(
  knob: Knob,
  client: ClientProfile,
  walk: (client: ClientProfile) => Promise<Walk>,
): Promise<Walk> {
  let sofar: Walk | undefined
  for (const supposed of knobs[knob].supposed(client)) {
    const next = await walkEveryWay(supposed, walk)
    sofar = sofar === undefined ? next : joined(sofar, next)
    if (sofar === undefined) return parted(next, knob)
  }
  if (sofar === undefined) throw new TypeError(`${knob} has no possible value`)
  return sofar
}

/** Two walks as one, which is the first with the doubts of both; `undefined` where their ends differ. */
function joined(first: Walk, second: Walk): Walk | undefined {
  if (!endAlike(first.end, second.end)) return undefined
  return { ...first, caveats: [...first.caveats, ...newDoubts(first, second)] }
}

function endAlike(first: WalkEnd, second: WalkEnd): boolean {
  if (first.kind === 'cannot_tell') return second.kind === 'cannot_tell' && first.why === second.why
  return first.kind === second.kind
}

function newDoubts(walk: Walk, other: Walk): Walk['caveats'] {
  const about = new Set(walk.caveats.flatMap((caveat) => (caveat.kind === 'weak_evidence' ? [caveat.about] : [])))
  return other.caveats.filter((caveat) => caveat.kind === 'weak_evidence' && !about.has(caveat.about))
}

/** One of the walks, up to where they part. */
function parted(walk: Walk, knob: Knob): Walk {
  const { step, what } = knobs[knob]
  const before = walk.steps.filter((taken) => order.indexOf(taken.step) < order.indexOf(step))
  const at = walk.steps.find((taken) => taken.step === step) ?? { step, evidence: [] }
  return {
    steps: [...before, at],
    end: { kind: 'cannot_tell', step, why: `Nobody has recorded ${what}`, unknown: 'client' },
    caveats: [],
  }
}

const order: readonly Step[] = [
  'reach',
  'challenge',
  'protected_resource_metadata',
  'resource_comparison',
  'authorization_server_metadata',
  'registration',
  'authorization_request',
]
