import { type KnownClient, knownClientsOf, type StaticClient } from '@portcullis/auth/authorization-server'
import { profiles } from '@portcullis/clients'
import type { Configuration } from '../config/configuration.ts'
import { configuredKeys, configuredSecret, type Environment } from './configured-secrets.ts'

/** The clients of the configuration, with their secrets and keys. Throws `OperatorError` where one of these cannot be had. */
export function loadClients({ clients }: Pick<Configuration, 'clients'>, environment: Environment): StaticClient[] {
  return Object.entries(clients).map(([clientId, client]) => {
    const whose = `the client "${clientId}"`
    const secret = configuredSecret(whose, client, environment)
    const keys = keysOf(whose, client)
    return {
      clientId,
      redirectUris: client.redirectUris,
      ...(client.grantTypes !== undefined && { grantTypes: client.grantTypes }),
      ...(client.name !== undefined && { clientName: client.name }),
      ...(client.method !== undefined && { authenticationMethod: client.method }),
      ...(client.requirePushedRequests && { requirePushedRequests: true }),
      ...(secret !== undefined && { secret }),
      ...(keys !== undefined && { keys }),
    }
  })
}

function keysOf(whose: string, { keysFile, keysUrl }: Configuration['clients'][string]): StaticClient['keys'] {
  if (keysUrl !== undefined) return { kind: 'uri', uri: keysUrl }
  return keysFile === undefined ? undefined : { kind: 'inline', jwks: configuredKeys(whose, keysFile) }
}

/** What is known of the clients of vendors. Nothing where the configuration does not want it. */
export function loadKnownClients({ knownClients }: Pick<Configuration, 'knownClients'>): KnownClient[] {
  return knownClients ? knownClientsOf(profiles) : []
}

/**
 * How the `User-Agent` of clients begins that look for the challenge of a call in the result of the tool, whatever their version. None where the
 * configuration does not want what is known of clients.
 */
export function clientsReadingResults({ knownClients }: Pick<Configuration, 'knownClients'>): string[] {
  if (!knownClients) return []
  return profiles.flatMap(({ challenge, network }) => {
    const userAgent = challenge?.stepUp?.value === 'tool_result' ? network?.userAgent?.mcp?.value : undefined
    return userAgent === undefined ? [] : [userAgent.replace(/(?<=\/)(?:\{version\}|[\d.]+).*$/, '')]
  })
}
