import type { ClientPrivileges } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'

/** What the configuration allows clients with no person at hand, at the MCP server and at further ones. */
export function privilegesOf({
  privileges,
  publicUrl,
}: Pick<Configuration, 'privileges' | 'publicUrl'>): Record<string, ClientPrivileges> {
  return Object.fromEntries(
    Object.entries(privileges).map(([clientId, privilege]) => [clientId, privilegeOf(privilege, publicUrl)]),
  )
}

function privilegeOf(
  {
    clientCredentials,
    clientCredentialsFor,
    tokenExchange,
    introspection,
    introspectionFor,
  }: Configuration['privileges'][string],
  publicUrl: string,
): ClientPrivileges {
  return {
    clientCredentials: {
      ...clientCredentialsFor,
      ...(clientCredentials.length > 0 && { [publicUrl]: clientCredentials }),
    },
    ...(tokenExchange !== undefined && { tokenExchange }),
    introspection: [...(introspection ? [publicUrl] : []), ...introspectionFor],
  }
}
