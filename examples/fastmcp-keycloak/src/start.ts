import { join, resolve } from 'node:path'
import { checkIssuer, keycloak } from '@portcullis/auth/issuers'
import { startKeycloak } from '../keycloak/keycloak.ts'
import { startDepot, urlOf } from './depot.ts'
import { type RealmEnvironment, readRealm } from './realm.ts'
import { keptSecrets } from './secrets.ts'
import { readSettings } from './settings.ts'

/** `npm start`: a Keycloak with the realm, unless `ISSUER` names one, and all that uses it. */
const { port, oldPort, warehousePort, keycloakPort, issuer: given, folder, peoplePassword } = readSettings(process.env)
const secrets = keptSecrets(resolve(folder), peoplePassword)
const environment: RealmEnvironment & Record<string, string> = {
  ORDERS_URL: urlOf(port),
  ORDERS_3_URL: urlOf(oldPort),
  ORDERS_SERVER_SECRET: secrets.ordersServer,
  PEOPLE_PASSWORD: secrets.people,
}
const realm = readRealm()
const issuer = given ?? `http://localhost:${keycloakPort}/realms/${realm.realm}`
const depot = await startDepot({
  ports: { newest: port, '3.22': oldPort, warehouse: warehousePort },
  issuer,
  secret: process.env.ORDERS_SERVER_SECRET ?? secrets.ordersServer,
  onEvent: (event) => console.log(JSON.stringify(event)),
})
const server =
  given === undefined
    ? await startKeycloak({
        folder: join(resolve(folder), 'keycloak'),
        port: keycloakPort,
        realm,
        environment,
        adminPassword: secrets.admin,
      })
    : undefined

for (const { severity, message, fix } of await checkIssuer({ issuer: keycloak({ issuer }), scopes: ['orders:read'] }))
  console.warn(`${severity}: ${message}. ${fix}`)
await Promise.all(Object.values(depot.protections).map((protection) => protection.ready()))
console.log(`Keycloak is at ${issuer}`)
if (server !== undefined)
  console.log(`ada (approver), ben (clerk) and eve (nothing) have the password ${secrets.people}`)
console.log(`The orders are at ${urlOf(port)} (FastMCP 4) and ${urlOf(oldPort)} (FastMCP 3.22)`)

const stop = Promise.withResolvers<void>()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.resolve()) // not once: npm hands on what the terminal sends, too
await Promise.race([stop.promise, server?.ended ?? stop.promise])
await depot.stop()
await server?.stop()
process.exit()
