import type { Exchange, Outcome } from './exchange.ts'

/**
 * Reads the outcome of an exchange once, however often that is asked for: hundreds of walks read the same answers, and each would pay for
 * what a hostile server has made long.
 */
export function readOnce<Value>(read: (exchange: Exchange) => Value): (exchange: Exchange) => Value {
  const known = new WeakMap<Outcome, { readonly value: Value }>()
  return (exchange) => {
    const done = known.get(exchange.outcome) ?? { value: read(exchange) }
    known.set(exchange.outcome, done)
    return done.value
  }
}
