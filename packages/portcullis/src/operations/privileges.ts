import type { ClientPrivileges } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'

/** What the configuration allows clients with no person at hand. What names no server means the one there is: `machineProblems` refuses it where there are several. */
export function privilegesOf({
  privileges,
  mcpServers: [{ publicUrl }],
}: Pick<Configuration, 'privileges' | 'mcpServers'>): Record<string, ClientPrivileges> {
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
