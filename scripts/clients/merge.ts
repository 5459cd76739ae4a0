import { isDeepStrictEqual } from 'node:util'
import type { ClientProfile, Fact, Source } from '../../packages/clients/src/profile.ts'
import type { Observation } from './observation.ts'
import { inSchemaOrder } from './schema-fields.ts'

type Node = Record<string, unknown>

/**
 * Puts what recordings show into a profile. Where a value is known from elsewhere and says nothing else, recordings become one more source of
 * it; where it says something else, recordings are right, and the other sources go.
 */
export function mergeObservations(profile: ClientProfile, observations: readonly Observation[]): ClientProfile {
  const merged = withoutRecordings(structuredClone(profile) as unknown as Node) // walked as plain JSON
  for (const observation of observations) merge(merged, observation)
  return inSchemaOrder(merged) as unknown as ClientProfile // the same fields as before, or what `Observation.path` names
}

function merge(profile: Node, { path, value, agrees, recordings, older = [] }: Observation): void {
  const keys = path.split('.')
  const last = keys.pop() ?? path
  const known = keys.reduce<Node | undefined>((node, key) => node?.[key] as Node | undefined, profile)?.[last]
  const isKnown = isFact(known) && (agrees?.(known.value) ?? isDeepStrictEqual(known.value, value))
  const sources = withOlder(recordings, older, isKnown ? known.value : value).map(sourceOf)
  if (isKnown) {
    set(profile, [...keys, last], {
      ...known,
      sources: [...known.sources, ...sources],
      confidence: value === undefined ? known.confidence : 'H',
    })
    return
  }
  if (value !== undefined) set(profile, [...keys, last], { value, sources, confidence: 'H' })
  else if (known !== undefined)
    throw new Error(`${profile.id}: ${path} is not what ${recordings.map(({ name }) => name).join(', ')} shows`)
}

/** Those of earlier versions as well, back to the one that showed something else. */
function withOlder(recordings: Recordings, older: readonly Observation[], value: unknown): Recordings {
  const until = older.findIndex((seen) => !(seen.agrees?.(value) ?? isDeepStrictEqual(seen.value, value)))
  const same = (until === -1 ? older : older.slice(0, until)).flatMap((seen) => seen.recordings)
  return [...new Set([...recordings, ...same])]
}

type Recordings = Observation['recordings']

function sourceOf({ name, started }: Observation['recordings'][number]): Source {
  return { reference: `recording:${name}`, date: started.slice(0, 10) }
}

/** Without the sources that are recordings, without facts that had no other, and without sections that had no other facts. */
function withoutRecordings(node: Node): Node {
  const entries = Object.entries(node).flatMap(([key, child]): [string, unknown][] => {
    if (isFact(child)) {
      const sources = child.sources.filter(({ reference }) => !reference.startsWith('recording:'))
      return sources.length > 0 ? [[key, { ...child, sources }]] : []
    }
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return [[key, child]]
    const rest = withoutRecordings(child as Node)
    return Object.keys(rest).length > 0 ? [[key, rest]] : []
  })
  return Object.fromEntries(entries)
}

function set(node: Node, [key = '', ...rest]: readonly string[], fact: Fact<unknown>): void {
  if (rest.length === 0) {
    node[key] = fact
    return
  }
  const child = (node[key] ?? {}) as Node
  node[key] = child
  set(child, rest, fact)
}

function isFact(node: unknown): node is Fact<unknown> {
  return typeof node === 'object' && node !== null && 'value' in node && 'sources' in node
}
