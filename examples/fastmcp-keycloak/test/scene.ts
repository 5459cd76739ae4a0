import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { whyNoKeycloak } from '../keycloak/distribution.ts'
import { startKeycloak } from '../keycloak/keycloak.ts'
import { type Depot, startDepot, urlOf } from '../src/depot.ts'
import type { Release } from '../src/orders.ts'
import { type RealmEnvironment, readRealm } from '../src/realm.ts'

/** The depot with a real Keycloak, once for all tests. */
export interface Scene {
  issuer: string
  /** The orders servers. */
  urls: Readonly<Record<Release, string>>
  warehouse: string
  depot: Depot
  /** Every event of the orders servers so far. */
  events: readonly Record<string, unknown>[]
  /** The key with which Keycloak signs in this realm. */
  key: KeyObject
  ordersServerSecret: string
  /** Runs with the clock of the orders servers put forward (or back), in seconds. */
  at<Value>(seconds: number, act: () => Promise<Value>): Promise<Value>
}

export const releases: readonly Release[] = ['newest', '3.22']
export const password = 'correct horse battery'

let scene: Promise<Scene> | undefined
const stops: (() => Promise<void> | void)[] = []

export function sharedScene(): Promise<Scene> {
  scene ??= openScene()
  return scene
}

// Of the whole run, since all files are in one process.
after(async () => {
  for (const stop of stops.reverse()) await stop()
})

async function openScene(): Promise<Scene> {
  const [newest, old, warehouse] = [await freePort(), await freePort(), await freePort()]
  const urls = { newest: urlOf(newest), '3.22': urlOf(old) }
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const environment: RealmEnvironment & Record<string, string> = {
    ORDERS_URL: urls.newest,
    ORDERS_3_URL: urls['3.22'],
    ORDERS_SERVER_SECRET: 'of this run alone',
    PEOPLE_PASSWORD: password,
  }
  const issuer = await keycloakWith(realmFor(privateKey), environment)
  const clock = { ahead: 0 }
  const events: Record<string, unknown>[] = []
  const depot = await startDepot({
    ports: { newest, '3.22': old, warehouse },
    issuer,
    secret: environment.ORDERS_SERVER_SECRET,
    now: () => Math.floor(Date.now() / 1000) + clock.ahead,
    onEvent: (event) => events.push({ ...event }),
  })
  stops.push(depot.stop)
  return {
    issuer,
    urls,
    warehouse: `http://localhost:${warehouse}/stock`,
    depot,
    events,
    key: privateKey,
    ordersServerSecret: environment.ORDERS_SERVER_SECRET,
    async at(seconds, act) {
      clock.ahead = seconds
      try {
        return await act()
      } finally {
        clock.ahead = 0
      }
    },
  }
}

/**
 * The realm with a key that the tests have too, so that they can sign what Keycloak would not, and with two clients that get tokens without a page: `tests`,
 * and `patient`, whose tokens live for an hour.
 */
function realmFor(key: KeyObject): { realm: string } {
  const realm = readRealm() as ReturnType<typeof readRealm> & { clients: object[] } // ours: it has clients
  const client = {
    publicClient: true,
    directAccessGrantsEnabled: true,
    standardFlowEnabled: false,
    fullScopeAllowed: false,
    defaultClientScopes: ['basic'],
    optionalClientScopes: ['orders:read', 'orders-3:read', 'orders:roles'],
  }
  const patient = { ...client, clientId: 'patient', attributes: { 'access.token.lifespan': '3600' } }
  return {
    ...realm,
    ...{ privateKey: key.export({ type: 'pkcs8', format: 'der' }).toString('base64') },
    ...{ clients: [...realm.clients, { ...client, clientId: 'tests' }, patient] },
  }
}

/** The issuer: in a Keycloak of its own or, where `KEYCLOAK` says where one runs, beside its other realms. */
async function keycloakWith(realm: { realm: string }, environment: Record<string, string>): Promise<string> {
  const running = process.env.KEYCLOAK
  if (running !== undefined) return importedThere(running, realm, environment)
  const missing = whyNoKeycloak()
  if (missing !== undefined) throw new Error(missing)
  const folder = mkdtempSync(join(tmpdir(), 'depot-'))
  stops.push(() => rmSync(folder, { recursive: true, force: true }))
  const port = await freePort()
  const keycloak = await startKeycloak({ folder, port, realm, environment, adminPassword: 'of this run alone' })
  stops.push(keycloak.stop)
  return keycloak.issuer
}

/** As an administrator imports it, under a name that is free. The password is where `npm start` keeps it. */
async function importedThere(
  origin: string,
  realm: { realm: string },
  environment: Record<string, string>,
): Promise<string> {
  const file = join('data', 'secrets.json')
  if (!existsSync(file)) throw new Error(`${file} is not there: KEYCLOAK is for one that npm start has started here`)
  const { admin } = JSON.parse(readFileSync(file, 'utf8')) as { admin: string } // as npm start writes it
  const name = `${realm.realm}_tests`
  const body = new URLSearchParams({
    grant_type: 'password',
    client_id: 'admin-cli',
    username: 'admin',
    password: admin,
  })
  const signedIn = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, { method: 'POST', body })
  const { access_token: token } = (await signedIn.json()) as { access_token: string } // RFC 6749 §5.1
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const filled = JSON.stringify({ ...realm, realm: name }).replace(/\$\{(\w+)\}/g, (_, each) => environment[each] ?? '')
  await fetch(`${origin}/admin/realms/${name}`, { method: 'DELETE', headers })
  const imported = await fetch(`${origin}/admin/realms`, { method: 'POST', headers, body: filled })
  if (!imported.ok) throw new Error(`Keycloak did not import the realm: ${await imported.text()}`)
  return `${origin}/realms/${name}`
}

export function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const server = createServer().once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
  })
  return promise
}
