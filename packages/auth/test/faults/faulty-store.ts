import type { AuthorizationServerKinds, Store } from '@portcullis/auth/authorization-server'

/** What becomes of one call of the store. */
export type FaultKind =
  /** It rejects, and nothing was done. */
  | 'throws before'
  /** It rejects, and what it asked for is done: the answer was lost. */
  | 'throws after'
  /** It never answers, and nothing is done. */
  | 'hangs before'
  /** It never answers, and what it asked for is done. */
  | 'hangs after'
  /** It never answers, and what it asked for is done once everybody has given it up and gone on. */
  | 'comes late'
  /** It rejects, and so does every call that follows within the request. */
  | 'is down'
  /** The process ends there (SIGKILL), and nothing was done, or it was. */
  | 'killed before'
  | 'killed after'

export const inProcess = [
  'throws before',
  'throws after',
  'hangs before',
  'hangs after',
  'comes late',
  'is down',
] as const
export const byKill = ['killed before', 'killed after'] as const

export interface Fault {
  /** Which call, counted from 0 since `arm`. */
  at: number
  kind: FaultKind
}

/** What no answer may tell of. */
export const causeText = 'db7.internal lost /var/lib/portcullis-42.db'

export interface FaultyStore {
  store: Store<AuthorizationServerKinds>
  /** The calls since `arm`: verb and what it was about. */
  calls: readonly string[]
  /** Counts calls from now on, and breaks one. */
  arm(fault?: Fault): void
  /** Whether the fault has come. */
  hasFired(): boolean
  /** The store is whole again. */
  heal(): void
  /** What was given up comes now. */
  comeLate(): Promise<void>
}

/** A store of which one call goes wrong. `onHang`: told of a call that will never answer. `kill`: ends the process. */
export function createFaultyStore(
  whole: Store<AuthorizationServerKinds>,
  { onHang = () => {}, kill = () => {} }: { onHang?: () => void; kill?: () => void } = {},
): FaultyStore {
  const calls: string[] = []
  let isArmed = false
  let fault: Fault | undefined
  let isDown = false
  let hasFired = false
  let late: (() => Promise<unknown>) | undefined

  async function call<Answer>(what: string, run: () => Promise<Answer>): Promise<Answer> {
    if (isDown) throw new Error(causeText)
    if (!isArmed) return run()
    calls.push(what)
    if (fault === undefined || fault.at !== calls.length - 1) return run()
    hasFired = true
    return broken(fault.kind, run)
  }

  async function broken<Answer>(kind: FaultKind, run: () => Promise<Answer>): Promise<Answer> {
    if (kind.endsWith('after')) await run()
    if (kind.startsWith('killed')) kill()
    if (kind === 'is down') isDown = true
    if (kind === 'comes late') late = run
    if (!kind.startsWith('hangs') && kind !== 'comes late') throw new Error(causeText)
    onHang()
    return new Promise(() => {})
  }

  return {
    calls,
    arm(next) {
      isArmed = true
      fault = next
    },
    hasFired: () => hasFired,
    heal() {
      isDown = false
    },
    async comeLate() {
      await late?.()
      late = undefined
    },
    store: {
      get: (kind, id) => call(`get ${kind}`, () => whole.get(kind, id)),
      list: (kind, index, value, page) => call(`list ${kind}`, () => whole.list(kind, index, value, page)),
      count: (name, lifetime) => call('count', () => whole.count(name, lifetime)),
      commit: (changes) =>
        call(`commit ${[...new Set(changes.map(({ kind }) => kind))].join(' ')}`, () => whole.commit(changes)),
    },
  }
}
