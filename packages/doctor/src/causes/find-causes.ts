import { type Finding, finding } from '../findings/finding.ts'
import { severityOf } from '../findings/severity.ts'
import type { ClientVerdict } from '../simulation/verdict.ts'
import type { StopReason } from '../simulation/walk.ts'
import type { Cause } from './causes.ts'
import { explains, inOrder, isMetBy } from './graph.ts'
import { explainStop } from './stops.ts'

/**
 * What is at the root of what was seen, the one that stops most clients first. Only what breaks is a root: by its nature, or because a client
 * does stop at it. Where a client stops and nothing that was seen explains it, that is a cause of its own.
 */
export function findCauses(findings: readonly Finding[], verdicts: readonly ClientVerdict[]): readonly Cause[] {
  const stops = verdicts.flatMap((verdict) => {
    const { end } = verdict.walk
    return end.kind === 'stops' ? [{ client: verdict.client.id, because: end.because, step: end.step, verdict }] : []
  })
  const explained = stops.map((stop) => ({ ...stop, explanation: explanationOf(stop.because, stop.verdict, findings) }))
  const breaking = findings.filter(
    (each) => severityOf(each) === 'breaks' || explained.some(({ explanation }) => explanation === each),
  )
  const roots = oneOfEachCode(breaking.filter((each) => parentsOf(each, breaking).length === 0))
  const causes = roots.map((root) => ({
    finding: root,
    stops: explained.flatMap(({ client, explanation }) =>
      explanation !== undefined && rootOf(explanation, breaking, roots) === root ? [client] : [],
    ),
    symptoms: findings.filter((each) => each !== root && rootOf(each, breaking, roots) === root),
  }))
  return [...causes.toSorted(byClientsStopped), ...unexplained(explained)]
}

/**
 * The finding that says why a client stops. What the client itself read speaks louder than what others did, and of what does not break by its
 * nature it is the only thing that counts.
 */
function explanationOf(
  because: StopReason,
  { walk }: ClientVerdict,
  findings: readonly Finding[],
): Finding | undefined {
  const read = new Set(walk.steps.flatMap(({ evidence }) => evidence))
  const wasRead = (each: Finding) => each.evidence.some((id) => read.has(id))
  const rank = (each: Finding) =>
    (severityOf(each) === 'breaks' ? 0 : 1000) + (wasRead(each) ? 0 : 100) + explainStop[because].indexOf(each.code)
  const [best] = findings
    .filter((each) => explainStop[because].includes(each.code) && (severityOf(each) === 'breaks' || wasRead(each)))
    .toSorted((a, b) => rank(a) - rank(b))
  return best ?? faultBefore(walk, findings)
}

/** The first fault on the way that a client has come: what goes wrong there may come out later, and elsewhere. */
function faultBefore({ end }: ClientVerdict['walk'], findings: readonly Finding[]): Finding | undefined {
  if (end.kind !== 'stops') return undefined
  return findings.filter((each) => severityOf(each) === 'breaks' && isMetBy(end.step, each.code)).toSorted(byOrder)[0]
}

/** The root above a finding; `undefined` where it stands for itself and breaks nothing. */
function rootOf(each: Finding, breaking: readonly Finding[], roots: readonly Finding[]): Finding | undefined {
  const [parent] = parentsOf(each, breaking)
  if (parent !== undefined) return rootOf(parent, breaking, roots)
  return breaking.includes(each) ? roots.find(({ code }) => code === each.code) : undefined
}

function parentsOf({ code }: Finding, breaking: readonly Finding[]): readonly Finding[] {
  return breaking.filter((parent) => explains[parent.code].includes(code)).toSorted(byOrder)
}

/** Several of one code are one mistake, made in several places. */
function oneOfEachCode(roots: readonly Finding[]): readonly Finding[] {
  return roots.filter(({ code }, at) => roots.findIndex((other) => other.code === code) === at)
}

function byClientsStopped(a: Cause, b: Cause): number {
  return b.stops.length - a.stops.length || byOrder(a.finding, b.finding)
}

function byOrder(a: Finding, b: Finding): number {
  return inOrder.indexOf(a.code) - inOrder.indexOf(b.code)
}

interface Stop {
  readonly client: string
  readonly step: ClientVerdict['walk']['steps'][number]['step']
  readonly because: StopReason
  readonly verdict: ClientVerdict
  readonly explanation: Finding | undefined
}

function unexplained(stops: readonly Stop[]): readonly Cause[] {
  const reasons = new Map<string, Stop[]>()
  for (const stop of stops)
    if (stop.explanation === undefined) {
      const key = `${stop.step} ${stop.because}`
      reasons.set(key, [...(reasons.get(key) ?? []), stop])
    }
  return [...reasons.values()].flatMap((same) => {
    const [first] = same
    if (first === undefined) return []
    const { step, because, verdict } = first
    const evidence = verdict.walk.steps.at(-1)?.evidence ?? []
    const told = { ...finding('stop_unexplained', { step, because }), evidence }
    return [{ finding: told, stops: same.map(({ client }) => client), symptoms: [] }]
  })
}
