import type { Server } from 'node:http'
import type { ResourceServer } from '@portcullis/auth'
import { type Orders, type Release, startOrders } from './orders.ts'
import { createProtection, type ProtectionOptions } from './protection.ts'
import { createAskWarehouse, startWarehouse } from './warehouse.ts'

export interface DepotOptions extends Pick<ProtectionOptions, 'issuer' | 'onEvent' | 'now'> {
  ports: Readonly<Record<Release, number>> & { warehouse: number }
  /** Of `orders-server` at Keycloak. */
  secret: string
}

/** Everything but Keycloak: both orders servers, and the warehouse. Keycloak may come later: until then tokens are answered 503. */
export interface Depot {
  protections: Readonly<Record<Release, ResourceServer>>
  stop(): Promise<void>
}

const scopes: Readonly<Record<Release, string>> = { newest: 'orders:read', '3.22': 'orders-3:read' }

/** Where an orders server is, as people type it. */
export function urlOf(port: number): string {
  return `http://localhost:${port}/mcp`
}

export async function startDepot({ ports, secret, ...given }: DepotOptions): Promise<Depot> {
  const warehouse: Server = await startWarehouse(ports.warehouse, given.issuer)
  const running: Orders[] = []
  const start = async (release: Release): Promise<ResourceServer> => {
    const port = ports[release]
    const protection = createProtection({ ...given, resource: urlOf(port), scope: scopes[release] })
    const askWarehouse = createAskWarehouse(protection, { port: ports.warehouse, secret })
    running.push(await startOrders(release, port, { protection, askWarehouse }))
    return protection
  }
  const protections = { newest: await start('newest'), '3.22': await start('3.22') }
  return {
    protections,
    async stop() {
      warehouse.close()
      warehouse.closeAllConnections()
      for (const each of running) await each.stop()
    },
  }
}
