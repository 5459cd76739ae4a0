import type { ClientProfile, Step } from '@portcullis/clients'
import type { Evidence } from '../evidence/evidence.ts'
import type { Exchange } from '../evidence/exchange.ts'
import type { Caveat, Walk } from './walk.ts'

/** Something that a client waits for, as a whole. */
interface Wait {
  readonly what: 'discovery' | 'registration' | 'token'
  readonly step: Step
  readonly exchanges: readonly Exchange[]
}

/**
 * A walk with the seconds that its client waits. One answer that takes longer stops it, unless a second question was answered in time: then
 * the server had been asleep. All answers together are no more than a caveat: how a client counts them is seldom known.
 */
export function patiently(walk: Walk, client: ClientProfile, evidence: Evidence, token: Exchange | undefined): Walk {
  const timeouts = client.network?.timeouts?.value
  if (timeouts === undefined) return walk
  const caveats: Caveat[] = []
  for (const wait of waitsIn(walk, evidence, token)) {
    const seconds = timeouts[wait.what]
    if (seconds === undefined) continue
    const waits = seconds * 1000
    if (walk.end.kind === 'stops') {
      const untold = wait.exchanges.find((exchange) => isTimedOut(exchange) && exchange.milliseconds < waits)
      if (untold !== undefined) return notWaitedFor(walk, untold, seconds)
      continue
    }
    const slowest = wait.exchanges.reduce<Exchange | undefined>(slower, undefined)
    if (slowest === undefined) continue
    if (slowest.milliseconds >= waits && !wasAsleep(slowest, evidence, waits)) return givesUp(walk, wait.step)
    const milliseconds = wait.exchanges.reduce((sum, each) => sum + each.milliseconds, 0)
    if (milliseconds >= waits) caveats.push({ kind: 'slow', what: wait.what, milliseconds, seconds })
  }
  return { ...walk, caveats: [...walk.caveats, ...caveats] }
}

function waitsIn({ steps }: Walk, { exchanges }: Evidence, token: Exchange | undefined): readonly Wait[] {
  const read = (...wanted: readonly Step[]) => {
    const ids = new Set(steps.filter(({ step }) => wanted.includes(step)).flatMap(({ evidence }) => evidence))
    return exchanges.filter(({ id }) => ids.has(id))
  }
  const documents = read('protected_resource_metadata', 'authorization_server_metadata')
  return [
    { what: 'discovery', step: 'authorization_server_metadata', exchanges: documents },
    { what: 'registration', step: 'registration', exchanges: read('registration') },
    { what: 'token', step: 'authorization_request', exchanges: token === undefined ? [] : [token] },
  ]
}

function isTimedOut({ outcome }: Exchange): boolean {
  return outcome.kind === 'failure' && outcome.reason === 'timed_out'
}

function slower(sofar: Exchange | undefined, next: Exchange): Exchange {
  return sofar === undefined || next.milliseconds > sofar.milliseconds ? next : sofar
}

function wasAsleep({ id, request }: Exchange, { exchanges }: Evidence, waits: number): boolean {
  const again = exchanges.filter((other) => other.id > id && other.request.url === request.url)
  return again.some((other) => other.request.method === request.method && other.milliseconds < waits)
}

function givesUp(walk: Walk, at: Step): Walk {
  const last = walk.steps.findIndex(({ step }) => step === at)
  const steps = last === -1 ? walk.steps : walk.steps.slice(0, last + 1)
  return { ...walk, steps, end: { kind: 'stops', step: at, because: 'too_slow' } }
}

/** The doctor is less patient than this client: what it would have come to from there on nobody knows. */
function notWaitedFor(walk: Walk, { id, request, milliseconds }: Exchange, seconds: number): Walk {
  const last = walk.steps.findIndex(({ evidence }) => evidence.includes(id))
  const steps = walk.steps.slice(0, last + 1)
  const step = steps.at(-1)?.step ?? 'reach'
  const why = `The doctor waited ${Math.round(milliseconds / 1000)} s for ${request.url}, and it waits ${seconds} s`
  return { steps, end: { kind: 'cannot_tell', step, why, unknown: 'server' }, caveats: [] }
}
