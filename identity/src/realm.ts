import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { identityFolder } from './folders.ts'
import type { RealmAdmin } from './keycloak-admin.ts'
import type { RunningKeycloak } from './shared-keycloak.ts'

/** A realm with a client for Portcullis and three people: alice and bob in the group `notes-team`, carol in none; alice in `notes-leads` too; and oscar, whom Keycloak gives no offline tokens. */
export interface CompanyRealm extends RealmAdmin {
  client: { clientId: string; clientSecret: string }
}

/** The password of everybody in the realm. */
export const password = 'correct horse battery'

/** As Keycloak itself would take it from the environment, where it imports the file at its start. */
const placeholder = /\$\{PORTCULLIS_CLIENT_SECRET\}/

/** `realms/portcullis.json` as a realm of this name, so that tests do not meet in one. */
export async function importCompanyRealm(
  { admin }: Pick<RunningKeycloak, 'admin'>,
  name: string,
): Promise<CompanyRealm> {
  const clientSecret = randomBytes(24).toString('base64url')
  const text = readFileSync(join(identityFolder, 'realms', 'portcullis.json'), 'utf8')
  const representation: object = JSON.parse(text.replace(placeholder, clientSecret))
  const realm = await admin.importRealm({ ...representation, realm: name })
  return { ...realm, client: { clientId: 'portcullis', clientSecret } }
}
