import { type Keycloak, startKeycloak } from './keycloak.ts'
import { createKeycloakAdmin } from './keycloak-admin.ts'

export interface RunningKeycloak extends Pick<Keycloak, 'origin' | 'home' | 'administrator' | 'admin'> {
  /** The file needs it no longer. */
  release(): Promise<void>
}

/** Where a run's one Keycloak is told to the test files, each of which is a process of its own. */
const variable = 'PORTCULLIS_TEST_KEYCLOAK'

/** The environment of test files that share a Keycloak. */
export function sharing({ origin, home, administrator }: Keycloak): Record<string, string> {
  return { [variable]: JSON.stringify({ origin, home, administrator }) }
}

/** The Keycloak of the run; where a file is run by itself, one of its own. Nobody stops it, and each file makes realms of its own in it. */
export async function sharedKeycloak(): Promise<RunningKeycloak> {
  const told = process.env[variable]
  if (told !== undefined) {
    const shared: Pick<Keycloak, 'origin' | 'home' | 'administrator'> = JSON.parse(told) // as `sharing` wrote it
    return { ...shared, admin: createKeycloakAdmin(shared.origin, shared.administrator), release: async () => {} }
  }
  const own = await startKeycloak(`keycloak-${process.pid}`)
  return { ...own, release: own.stop }
}
