import type { AccountsContext } from './context.ts'

type WithStore = Pick<AccountsContext, 'store'>

const length = 15 * 60

/** A quarter of an hour in which attempts count together. All begin at the same instants, so that what is forgiven belongs to where it was counted. */
export interface AttemptWindow {
  index: number
  /** Seconds until the next begins. */
  left: number
}

export function attemptWindowAt(now: number): AttemptWindow {
  return { index: Math.floor(now / length), left: length - (now % length) }
}

/** A right password is work, too: within a window only so many times the limit are forgiven, or one account would do to keep the queue full for all. */
const mostForgiven = 10

/** Counts an attempt of a kind before it is looked at, so that many at once are no way around. Resolves to whether there are more than `most`. */
export async function isOneTooMany(
  { store }: WithStore,
  { kind, most }: { kind: string; most: number },
  { index }: AttemptWindow,
): Promise<boolean> {
  const id = `${kind} ${index}`
  const count = await store.count(id, length)
  const forgiven = (await store.get('forgivenAttempts', id))?.value.count ?? 0
  return count - Math.min(forgiven, mostForgiven * most) > most
}

/** Forgives an attempt that was counted under each of these kinds in this window. */
export async function forgiveAttempt(
  { store, now }: Pick<AccountsContext, 'store' | 'now'>,
  kinds: readonly { kind: string }[],
  { index }: AttemptWindow,
): Promise<void> {
  for (;;) {
    const changes = await Promise.all(
      kinds.map(async ({ kind }) => {
        const id = `${kind} ${index}`
        const entry = await store.get('forgivenAttempts', id)
        return {
          kind: 'forgivenAttempts' as const,
          id,
          version: entry?.version ?? ('absent' as const),
          value: { count: (entry?.value.count ?? 0) + 1 },
          expiresAt: (index + 1) * length,
        }
      }),
    )
    // Nothing is left to forgive once the window is over, and a record that has expired already would never be found again.
    if (now() >= (index + 1) * length || (await store.commit(changes))) return
  }
}
