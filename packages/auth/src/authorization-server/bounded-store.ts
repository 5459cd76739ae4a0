import type { Kinds, Store } from './store.ts'

/**
 * A store of which each call is answered within so many seconds (or a tenth more), or rejects: a database that neither answers nor breaks off would otherwise keep
 * every request, and whatever waits for the same thing, for ever. A commit that is not waited for any more may still take place, as one whose
 * connection was lost: it is conditional, so it is worth nothing once somebody else has written.
 */
export function boundedStore<K extends Kinds>(store: Store<K>, seconds: number): Store<K> {
  const within = createDeadline(seconds)
  return {
    get: (kind, id) => within('get', store.get(kind, id)),
    list: (kind, index, value, page) => within('list', store.list(kind, index, value, page)),
    count: (name, lifetime) => within('count', store.count(name, lifetime)),
    commit: (changes) => within('commit', store.commit(changes)),
  }
}

interface Waiting {
  readonly verb: string
  /** The last tick at which it may wait. */
  readonly until: number
  giveUp(reason: Error): void
}

/** A call that came between two ticks is given up at the one behind its time: a tenth of it later at most. */
const ticks = 10

/**
 * All calls have the same time, so that it runs out in the order in which they began: one timer that ticks while any waits does for all of them,
 * where one for each would cost more than what most calls do.
 */
function createDeadline(seconds: number): <Answer>(verb: string, call: Promise<Answer>) => Promise<Answer> {
  const waiting = new Set<Waiting>()
  let now = 0
  let isTicking = false

  function tickOn(): void {
    isTicking = true
    const timer = setTimeout(tick, (seconds * 1000) / ticks)
    // A process that is done need not wait for it: who waits for a store has a connection or a file open.
    if (typeof timer === 'object') timer.unref()
  }

  function tick(): void {
    now += 1
    for (const call of waiting) {
      if (call.until > now) break
      waiting.delete(call)
      call.giveUp(new Error(`The store has not answered "${call.verb}" within ${seconds} seconds`))
    }
    if (waiting.size > 0) tickOn()
    else isTicking = false
  }

  return (verb, call) =>
    new Promise((resolve, reject) => {
      const until = now + ticks + (isTicking ? 1 : 0)
      if (!isTicking) tickOn()
      const entry: Waiting = { verb, until, giveUp: reject }
      waiting.add(entry)
      call.then(
        (answer) => {
          waiting.delete(entry)
          resolve(answer)
        },
        (cause: unknown) => {
          waiting.delete(entry)
          reject(cause)
        },
      )
    })
}
