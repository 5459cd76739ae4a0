import { startKeycloak } from '../../identity/src/keycloak.ts'
import { importCompanyRealm, password } from '../../identity/src/realm.ts'
import type { Account } from './owner.ts'

/** An identity provider at which the people of a run sign in; Portcullis has no passwords then. */
export interface Directory {
  /** Of somebody there. */
  account: Account
  /** What is added to `portcullis.yaml`, and the files that it names. */
  configuration: string
  files: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** A Keycloak with the realm of `identity/`. */
export async function startDirectory(): Promise<Directory> {
  const keycloak = await startKeycloak('keycloak-of-interop')
  const { issuer, client } = await importCompanyRealm(keycloak, 'portcullis')
  return {
    account: { username: 'alice', password },
    configuration: `passwords: false
identityProviders:
  keycloak: { preset: keycloak, issuer: "${issuer}", clientId: ${client.clientId}, secretFile: keycloak.secret }
`,
    files: { 'keycloak.secret': client.clientSecret },
    stop: keycloak.stop,
  }
}
