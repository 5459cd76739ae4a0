import type { Kinds, Store } from './store.ts'

/**
 * A store of which each call is answered within so many seconds, or rejects: a database that neither answers nor breaks off would otherwise keep
 * every request, and whatever waits for the same thing, for ever. A commit that is not waited for any more may still take place, as one whose
 * connection was lost: it is conditional, so it is worth nothing once somebody else has written.
 */
export function boundedStore<K extends Kinds>(store: Store<K>, seconds: number): Store<K> {
  const within = <Answer>(verb: keyof Store<K>, call: Promise<Answer>): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const giveUp = () => reject(new Error(`The store has not answered "${verb}" within ${seconds} seconds`))
      const timer = setTimeout(giveUp, seconds * 1000)
      const settle =
        <Given>(end: (given: Given) => void) =>
        (given: Given) => {
          clearTimeout(timer)
          end(given)
        }
      call.then(settle(resolve), settle(reject))
    })
  return {
    get: (kind, id) => within('get', store.get(kind, id)),
    list: (kind, index, value, page) => within('list', store.list(kind, index, value, page)),
    count: (name, lifetime) => within('count', store.count(name, lifetime)),
    commit: (changes) => within('commit', store.commit(changes)),
  }
}
