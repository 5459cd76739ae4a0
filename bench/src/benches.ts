import type { Bench } from './bench.ts'
import { authorizationServer } from './tables/authorization-server.ts'
import { eventStreams } from './tables/event-streams.ts'
import { fetchRuntime } from './tables/fetch-runtime.ts'
import { gateway } from './tables/gateway.ts'
import { introspection } from './tables/introspection.ts'
import { peakMemory } from './tables/peak-memory.ts'
import { recorder } from './tables/recorder.ts'
import { resourceServer } from './tables/resource-server.ts'
import { start } from './tables/start.ts'
import { storedGrants } from './tables/stored-grants.ts'

/** All tables, in the order in which they are measured. */
export const benches: readonly Bench[] = [
  resourceServer,
  authorizationServer,
  introspection,
  storedGrants,
  gateway,
  recorder,
  eventStreams,
  start,
  fetchRuntime,
  peakMemory,
]
