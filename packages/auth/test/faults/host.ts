import type { ConnectionEvent } from '@portcullis/auth'
import {
  type AuthorizationServer,
  type AuthorizationServerKinds,
  boundedStore,
  type Store,
} from '@portcullis/auth/authorization-server'
import { createWorld } from '../world.ts'
import { createFaultyStore, type Fault, type FaultyStore } from './faulty-store.ts'
import { type Operate, type OperatorActs, operatorActs } from './operator-acts.ts'
import type { Story } from './story.ts'

/** The server that a story is played at: in this process, or in one that can be killed. */
export interface Host {
  as: Pick<AuthorizationServer, 'fetch' | 'ready' | 'revocations' | 'endGrant'>
  operate: Operate
  clock: { now: number }
  /** From now on calls of the store are counted, and one goes wrong. */
  arm(fault: Fault | undefined): Promise<void>
  /** Whether the fault has come. */
  hasFired(): boolean
  /** What went wrong is mended: the store is up again, the process has been started again. */
  mend(): Promise<void>
  /** A call that was given up takes place now. */
  comeLate(): Promise<void>
  /** Reads from the store, whatever is wrong with it. */
  peek<Value>(read: (store: Store<AuthorizationServerKinds>) => Promise<Value>): Promise<Value>
  /** What was told so far; `undefined` where that died with the process. */
  events(): readonly ConnectionEvent[] | undefined
  close(): Promise<void>
}

/** One key for all: a process that was started again must know it. */
const secrets = [{ id: 'k1', secret: new Uint8Array(32).fill(7) }]

/** Seconds that a call of the store may take. */
export const patience = 10

export const startedAt = 1_800_000_000

/** The server of a story over a store that may go wrong. */
export function createHost(
  story: Story,
  whole: Store<AuthorizationServerKinds>,
  { clock, onHang, kill }: { clock: { now: number }; onHang?: () => void; kill?: () => void },
): Host & { faulty: FaultyStore } {
  const now = () => clock.now
  const faulty = createFaultyStore(whole, { ...(onHang && { onHang }), ...(kill && { kill }) })
  const world = createWorld({
    store: faulty.store,
    as: { secrets, now, storeTimeout: patience, ...story.options?.(now) },
  })
  const onEvent = (event: ConnectionEvent) => world.events.push(event)
  return {
    as: world.as,
    operate: (name, about) =>
      operatorActs[name](about, {
        store: boundedStore(faulty.store, patience),
        secrets,
        accessTokenLifetime: 600,
        now,
        onEvent,
      }) as ReturnType<OperatorActs[typeof name]>,
    clock,
    faulty,
    arm: async (fault) => faulty.arm(fault),
    hasFired: faulty.hasFired,
    mend: async () => faulty.heal(),
    comeLate: faulty.comeLate,
    peek: (read) => read(whole),
    events: () => world.events,
    async close() {},
  }
}
