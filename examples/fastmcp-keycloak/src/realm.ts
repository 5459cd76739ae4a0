import { readFileSync } from 'node:fs'

/** What `mcp_security.json` leaves open. */
export interface RealmEnvironment {
  /** The URLs of the two orders servers, as people type them: the audiences of their tokens. */
  ORDERS_URL: string
  ORDERS_3_URL: string
  ORDERS_SERVER_SECRET: string
  PEOPLE_PASSWORD: string
}

/** The realm, as Keycloak imports it: it puts what it has in its environment in place of `${NAME}`. */
export function readRealm(): { realm: string } {
  return JSON.parse(readFileSync(new URL('../keycloak/mcp_security.json', import.meta.url), 'utf8')) as {
    realm: string // ours, beside the code
  }
}
