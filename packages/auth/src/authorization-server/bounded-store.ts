import type { Kinds, Store } from './store.ts'
import { within } from './within.ts'

/**
 * A store of which each call is answered within so many seconds (or a tenth more), or rejects: a database that neither answers nor breaks off would otherwise keep
 * every request, and whatever waits for the same thing, for ever. A commit that is not waited for any more may still take place, as one whose
 * connection was lost: it is conditional, so it is worth nothing once somebody else has written.
 */
export function boundedStore<K extends Kinds>(store: Store<K>, seconds: number): Store<K> {
  const inTime = createDeadline(seconds)
  return {
    get: (kind, id) => inTime('get', store.get(kind, id)),
    list: (kind, index, value, page) => inTime('list', store.list(kind, index, value, page)),
    count: (name, lifetime) => inTime('count', store.count(name, lifetime)),
    commit: (changes) => inTime('commit', store.commit(changes)),
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
 * where one for each would cost more than what most calls do. Where a timer is no object it is of the request that set it, and ends with that: there
 * each call has its own.
 */
function createDeadline(seconds: number): <Answer>(verb: string, call: Promise<Answer>) => Promise<Answer> {
  const tickLength = (seconds * 1000) / ticks
  const waiting = new Set<Waiting>()
  let now = 0
  let ticking: { timer: ReturnType<typeof setTimeout>; dueAt: number } | undefined
  let isShared: boolean | undefined
  const late = (verb: string) => new Error(`The store has not answered "${verb}" within ${seconds} seconds`)

  function tickOn(): void {
    const mine = {
      timer: setTimeout(() => mine === ticking && tick(), tickLength),
      dueAt: performance.now() + tickLength,
    }
    ticking = mine
    isShared ??= typeof mine.timer === 'object'
  }

  function tick(): void {
    now += 1
    for (const call of waiting) {
      if (call.until > now) break
      waiting.delete(call)
      call.giveUp(late(call.verb))
    }
    if (waiting.size > 0) tickOn()
    else ticking = undefined
  }

  /** A timer that is long overdue was taken away, as fake ones are, or nothing ran meanwhile: its time has passed either way. */
  function catchUp(): void {
    if (ticking !== undefined && performance.now() >= ticking.dueAt + tickLength) tick()
  }

  /** A process that is done need not wait for a timer that watches over nothing. */
  function end(call: Waiting): void {
    waiting.delete(call)
    if (waiting.size === 0) ticking?.timer.unref()
  }

  function watch<Answer>(verb: string, call: Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      catchUp()
      const until = now + ticks + (ticking === undefined ? 0 : 1)
      if (ticking === undefined) tickOn()
      else if (waiting.size === 0) ticking.timer.ref()
      const entry: Waiting = { verb, until, giveUp: reject }
      waiting.add(entry)
      call.then(
        (answer) => {
          end(entry)
          resolve(answer)
        },
        (cause: unknown) => {
          end(entry)
          reject(cause)
        },
      )
    })
  }

  return (verb, call) => {
    if (isShared === undefined) {
      tickOn()
      if (isShared === false) clearTimeout(ticking?.timer)
    }
    return isShared ? watch(verb, call) : within(seconds, call, () => late(verb))
  }
}
