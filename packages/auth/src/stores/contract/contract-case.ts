import type { Change, Entry, Store } from '../../authorization-server/store.ts'

/** The kinds that the cases keep. Their names are such as an object has anyway, so that a store that keeps records in objects is found out. */
export type ContractKinds = {
  note: { value: Note; index: 'author' | 'tag' }
  constructor: { value: Note; index: 'author' }
  head: { value: { position: number }; index: never }
  feed: { value: { position: number }; index: 'all' }
}

export interface Note {
  text: string
  [further: string]: unknown
}

export type ContractChange = Change<ContractKinds>

/** What a case works on. */
export interface Subject {
  store: Store<ContractKinds>
  /** Another store over the same records where the backend has that, or else the same one; races run across both. */
  other: Store<ContractKinds>
  now(): number
  advance(seconds: number): void
}

export interface SubjectCase {
  name: string
  run(subject: Subject): Promise<void>
}

/** The ids of `entries`, as they come. */
export function idsOf(entries: readonly Entry<unknown>[]): string[] {
  return entries.map(({ id }) => id)
}

/** Puts a note where there is none, and returns its version. */
export async function createNote(
  store: Store<ContractKinds>,
  id: string,
  options: { text?: string; expiresAt?: number; index?: { author?: string; tag?: string } } = {},
): Promise<number> {
  const { text = 'text', ...rest } = options
  if (!(await store.commit([{ kind: 'note', id, version: 'absent', value: { text }, ...rest }])))
    throw new Error(`could not create the note "${id}"`)
  return versionOf(store, id)
}

/** The version a note is at. */
export async function versionOf(store: Store<ContractKinds>, id: string): Promise<number> {
  const entry = await store.get('note', id)
  if (entry === undefined) throw new Error(`there is no note "${id}"`)
  return entry.version
}

/** What `make` gives for each of 0, 1, … `count` - 1. */
export function times<Value>(count: number, make: (nth: number) => Value): Value[] {
  return Array.from({ length: count }, (_, nth) => make(nth))
}
