import type { Bench } from './bench.ts'
import { authorizationServer } from './tables/authorization-server.ts'
import { resourceServer } from './tables/resource-server.ts'

/** All tables, in the order in which they are measured. */
export const benches: readonly Bench[] = [resourceServer, authorizationServer]
