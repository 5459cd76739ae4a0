import type { ClientPrivileges } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'

/** What the configuration allows clients with no person at hand, at the one resource there is. */
export function privilegesOf({
  privileges,
  publicUrl,
}: Pick<Configuration, 'privileges' | 'publicUrl'>): Record<string, ClientPrivileges> {
  return Object.fromEntries(
    Object.entries(privileges).map(([clientId, { clientCredentials, introspection }]) => [
      clientId,
      {
        ...(clientCredentials.length > 0 && { clientCredentials: { [publicUrl]: clientCredentials } }),
        ...(introspection && { introspection: [publicUrl] }),
      },
    ]),
  )
}
