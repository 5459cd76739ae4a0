/**
 * The store port: four verbs, one of which writes, and that one all or nothing.
 * Owns: what a store must do. Does not own: what is kept in it; kinds are the caller's. Neighbours: `stores/*` implement it,
 * `stores/contract.ts` proves an implementation.
 */

/** The kinds of record a caller keeps: for each the type of its value and the names of its indexes. Values are JSON. */
export type Kinds = Record<string, { value: object; index: string }>

/** One record as it was read. */
export interface Entry<Value> {
  id: string
  value: Value
  /** Names this state of the record; another write, or a deletion and a new creation, gives another. */
  version: number
  /** Seconds since the epoch from which on the record is gone. Absent: never. */
  expiresAt?: number
}

/** One write. It takes place only if the record is still at `version`; `absent` where there must be none. */
export type Change<K extends Kinds> = { [Kind in keyof K & string]: Put<K, Kind> | Delete<Kind> }[keyof K & string]

interface Put<K extends Kinds, Kind extends keyof K & string> {
  kind: Kind
  id: string
  version: number | 'absent'
  value: K[Kind]['value']
  /** Seconds since the epoch from which on the record is gone. Default: never. */
  expiresAt?: number
  /** The values under which `list` finds the record, replacing those it had; without it, `list` finds it nowhere. */
  index?: { readonly [Name in K[Kind]['index']]?: string }
}

interface Delete<Kind extends string> {
  kind: Kind
  id: string
  version: number
  value: undefined
}

/** Where a list goes on, and how long it is. */
export interface Page {
  /** Only entries whose id is greater (in code unit order) than this. */
  after?: string
  /** At most so many entries; a whole number, 0 or more. Default 100. */
  limit?: number
}

/**
 * What the library and the program keep their records in. A store that cannot pass `@portcullis/auth/stores/contract` is not offered.
 *
 * Calls reject with `TypeError` where an argument cannot stand (a value that is not JSON, a limit below 0), and with the store's own error where
 * it fails. Commits asked for at once are judged in their order, each by itself: one that fails takes no other with it, save when the store fails.
 */
export interface Store<K extends Kinds> {
  get<Kind extends keyof K & string>(kind: Kind, id: string): Promise<Entry<K[Kind]['value']> | undefined>

  /** The entries whose index `index` has `value`, in the order of their ids. */
  list<Kind extends keyof K & string>(
    kind: Kind,
    index: K[Kind]['index'],
    value: string,
    page?: Page,
  ): Promise<Entry<K[Kind]['value']>[]>

  /** Adds one to a counter that starts again `lifetime` seconds after its first count, and returns it. For limits only: it may be forgotten in a crash. */
  count(name: string, lifetime: number): Promise<number>

  /**
   * Writes all changes or none, in one durable write, and resolves once they are durable, to whether it wrote:
   * `false` when a record is no longer at the version named. Each record may be named once. Values are read before this returns.
   *
   * When it rejects with the store's error, nothing was written, unless the connection to the store was lost meanwhile: then read again.
   */
  commit(changes: readonly Change<K>[]): Promise<boolean>
}
