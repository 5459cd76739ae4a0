import { isGone } from './clock.ts'

/**
 * Removes what has expired from a map a few steps at a time, round and round. A round is at most as many steps as the map has keys,
 * so that what is left of the expired stays in proportion to the writes, without a timer and without an order to keep.
 */
export function createSweep<Value extends { expiresAt: number | undefined }>(
  map: Map<string, Value>,
  remove: (key: string, value: Value) => void,
): (now: number, steps: number) => void {
  let cursor = map.entries()
  return (now, steps) => {
    for (let step = 0; step < steps; step += 1) {
      const next = cursor.next()
      if (next.done) {
        cursor = map.entries()
        return
      }
      const [key, value] = next.value
      if (isGone(value.expiresAt, now)) remove(key, value)
    }
  }
}
