import { keptOrigins } from '../../packages/doctor/test/observation.ts'
import type { Origins } from '../../packages/doctor/test/scene.ts'

/** The same, told of servers at the ports of what is kept. */
export function asKept<Told>(told: Told, origins: Origins): Told {
  const port = (origin: string) => `:${new URL(origin).port}`
  const text = JSON.stringify(told)
    .replaceAll(port(origins.here), port(keptOrigins.here))
    .replaceAll(port(origins.elsewhere), port(keptOrigins.elsewhere))
  return JSON.parse(text) as Told // what it was, but for the ports
}
