import type { Store } from '../authorization-server/store.ts'
import { conditionCases } from './contract/conditions.ts'
import type { ContractKinds, SubjectCase } from './contract/contract-case.ts'
import { counterCases } from './contract/counters.ts'
import { expiryCases } from './contract/expiry.ts'
import { listCases } from './contract/lists.ts'
import { raceCases } from './contract/races.ts'
import { recordCases } from './contract/records.ts'

export type { ContractKinds } from './contract/contract-case.ts'

/** One thing that every store must do. `run` rejects with an `AssertionError` where it does not. */
export interface ContractCase {
  name: string
  run(): Promise<void>
}

/** An empty store, opened for one case. */
export interface OpenStore {
  store: Store<ContractKinds>
  /** A second store over the same records, as a second process would open it; races run across both. Default: the same store. */
  other?: Store<ContractKinds>
  /** Called when the case has ended. Default: nothing. */
  close?: () => Promise<void>
}

/**
 * The suite that each store must pass, for any test runner:
 * `for (const { name, run } of storeContract(open)) test(name, run)`.
 *
 * `open` is called once for each case and gives an empty store that reads the time (seconds since the epoch) from `now` alone.
 * What it cannot show is that an answered commit outlives the process: that takes a process that is killed.
 */
export function storeContract(open: (options: { now: () => number }) => Promise<OpenStore>): ContractCase[] {
  return cases.map(({ name, run }) => ({
    name,
    async run() {
      let time = 1_800_000_000
      const now = () => time
      const advance = (seconds: number) => {
        time += seconds
      }
      const { store, other = store, close } = await open({ now })
      try {
        await run({ store, other, now, advance })
      } finally {
        await close?.()
      }
    },
  }))
}

const cases: readonly SubjectCase[] = [
  ...recordCases,
  ...conditionCases,
  ...expiryCases,
  ...listCases,
  ...counterCases,
  ...raceCases,
]
