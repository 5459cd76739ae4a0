import { mock } from 'node:test'
import type { AuthorizationServerKinds, Store } from '@portcullis/auth/authorization-server'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { audit } from './audit.ts'
import type { Fault, FaultKind } from './faulty-store.ts'
import { createHost, type Host, patience, startedAt } from './host.ts'
import { createPlay, StoryEnds } from './play.ts'
import type { Story } from './story.ts'

/** Where a story is played: opens a new host, and `mends` time where calls hang. */
export type OpenHost = (story: Story) => Promise<Host>

export interface WalkOptions {
  kinds: readonly FaultKind[]
  open: OpenHost
  /** Which calls, by their verb and kind. Default: all. */
  which?: (call: string) => boolean
  /** How many are played at the same time, where each has a process of its own. Default: 1. */
  atOnce?: number
}

/** Plays a story without a fault, and then once for each of its calls of the store and each kind of fault. Resolves to how often; throws at the first that ends badly. */
export async function walk(
  story: Story,
  { kinds, open, which = () => true, atOnce = 1 }: WalkOptions,
): Promise<number> {
  const { calls, steps } = await dryRun(story)
  const faults = calls.flatMap((call, at) => (which(call) ? kinds.map((kind) => ({ at, kind })) : []))
  const left = [...faults]
  const work = async () => {
    for (let fault = left.shift(); fault !== undefined; fault = left.shift())
      await playWith(story, { fault, expected: steps, open }).catch((cause: unknown) => {
        const { at, kind } = fault
        left.length = 0
        throw new Error(`"${story.name}", call ${at} of ${calls.length} (${calls[at]}) ${kind}: ${messageOf(cause)}`, {
          cause,
        })
      })
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return faults.length
}

/** The calls of a story, and how each of its steps ends, where nothing goes wrong. */
async function dryRun(story: Story): Promise<{ calls: readonly string[]; steps: readonly string[] }> {
  const clock = { now: startedAt }
  const host = createHost(story, memoryStore<AuthorizationServerKinds>({ now: () => clock.now }), { clock })
  const play = createPlay(host, undefined, undefined)
  await story.run(play)
  const calls = [...host.faulty.calls]
  await audit(play)
  return { calls, steps: play.steps }
}

async function playWith(
  story: Story,
  { fault, expected, open }: { fault: Fault; expected: readonly string[]; open: OpenHost },
): Promise<void> {
  const host = await open(story)
  try {
    const play = createPlay(host, fault, expected)
    await story.run(play).catch((error: unknown) => {
      if (!(error instanceof StoryEnds)) throw error
    })
    if (!host.hasFired()) throw new Error('the fault never came: the calls of the story are not the same each time')
    await audit(play)
  } finally {
    await host.close()
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

export interface Opened {
  store: Store<AuthorizationServerKinds>
  close?(): Promise<void>
}

/** Hosts in this process. A call that hangs makes the time of the server's patience pass at once. */
export function openHosts(openStore: (now: () => number) => Opened | Promise<Opened>): OpenHost {
  return async (story) => {
    const clock = { now: startedAt }
    const opened = await openStore(() => clock.now)
    const timers = mock.timers
    timers.enable({ apis: ['setTimeout'] })
    const pass = () => {
      for (let second = 0; second <= patience + 1; second += 1) timers.tick(1000)
    }
    const onHang = () => setImmediate(pass)
    const host = createHost(story, opened.store, { clock, onHang })
    return {
      ...host,
      async close() {
        timers.reset()
        await opened.close?.()
      },
    }
  }
}
