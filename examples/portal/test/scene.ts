import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { AuthorizationServerKinds } from '@portcullis/auth/authorization-server'
import type { DevLinkKinds } from '@portcullis/auth/dev-links'
import { memoryStore } from '@portcullis/auth/stores/memory'
import { openDatabase } from '../src/database.ts'
import { createPortal, type Portal, type PortalOptions } from '../src/portal.ts'
import type { User } from '../src/users.ts'

/** The portal, listening on this machine, with Ada and Bob. */
export interface Scene {
  origin: string
  portal: Portal
  ada: User
  bob: User
  /** What it logged so far. */
  log: readonly string[]
}

export const password = 'correct horse battery'

export async function startPortal(
  t: Pick<TestContext, 'after'>,
  options: (origin: string) => Partial<PortalOptions> = () => ({}),
): Promise<Scene> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  t.after(() => closed(server))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}` // it listens on a port
  const database = openDatabase(':memory:')
  t.after(() => database.close())
  const log: string[] = []
  const portal = createPortal({
    origin,
    database,
    store: memoryStore<AuthorizationServerKinds & DevLinkKinds>(),
    secrets: [{ id: 'k1', secret: new Uint8Array(randomBytes(32)) }],
    log: (line) => log.push(line),
    ...options(origin),
  })
  await portal.ready()
  server.on('request', portal.listener)
  const [ada, bob] = await Promise.all([portal.users.add('ada', password), portal.users.add('bob', password)])
  if (ada === undefined || bob === undefined) throw new Error('Their names were taken')
  portal.portfolios.set(ada.id, { symbol: 'BHP.AX', units: 120 })
  return { origin, portal, ada, bob, log }
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
