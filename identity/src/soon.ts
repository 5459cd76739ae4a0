import { setTimeout as sleep } from 'node:timers/promises'

/** What `attempt` gives once it does not throw; rejects with its last failure after half a minute. For what another program does in its own time. */
export async function soon<T>(attempt: () => Promise<T>): Promise<T> {
  const until = performance.now() + 30_000
  for (;;) {
    try {
      return await attempt()
    } catch (failure) {
      if (performance.now() > until) throw failure
      await sleep(200)
    }
  }
}
