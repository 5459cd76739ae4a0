import { hkdfSync } from 'node:crypto'
import type { IntrospectionReader, ProtectedResource, ServerSecret } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'
import { servedAt } from '../config/mcp-servers.ts'
import { configuredSecret, type Environment } from './configured-secrets.ts'

/** The secrets by which servers of `resources` ask what their tokens are. Throws `OperatorError` where one cannot be had. */
export function loadReaders(
  { resources }: Pick<Configuration, 'resources'>,
  environment: Environment,
): IntrospectionReader[] {
  return Object.entries(resources).flatMap(([resource, settings]) => {
    const secret = configuredSecret(`the server "${resource}"`, settings, environment)
    return secret === undefined ? [] : [{ resource, secret }]
  })
}

/** The MCP servers that the program stands in front of, and those that stand elsewhere. */
export function resourcesOf({
  mcpServers,
  resources,
}: Pick<Configuration, 'mcpServers' | 'resources'>): ProtectedResource[] {
  return [
    ...mcpServers.map((server): ProtectedResource => {
      const [resource, ...alsoServedAt] = servedAt(server)
      const { name, scopes, defaultScopes, advertisedScopes, hierarchy, accessTokenFormat } = server
      const own = { scopes, defaultScopes, advertisedScopes, hierarchy, accessTokenFormat }
      return { resource, alsoServedAt, ...(name !== undefined && { name }), ...own }
    }),
    ...Object.entries(resources).map(([resource, settings]) => ({
      resource,
      scopes: settings.scopes,
      hierarchy: settings.hierarchy,
      accessTokenFormat: settings.accessTokenFormat,
      ...(settings.name !== undefined && { name: settings.name }),
      ...(settings.defaultScopes !== undefined && { defaultScopes: settings.defaultScopes }),
      ...(settings.advertisedScopes !== undefined && { advertisedScopes: settings.advertisedScopes }),
    })),
  ]
}

/** By which the gateway asks its own authorization server what an opaque token is; none where tokens say it themselves. */
export function ownReadersOf(
  { mcpServers }: Pick<Configuration, 'mcpServers'>,
  { secret }: ServerSecret,
): IntrospectionReader[] {
  return mcpServers
    .filter(({ accessTokenFormat }) => accessTokenFormat === 'opaque')
    .map(({ publicUrl: resource }) => {
      // One for each server: who asks with it is told of the tokens of that server alone.
      const derived = hkdfSync('sha256', secret, '', `portcullis gateway introspection ${resource}`, 32)
      return { resource, secret: Buffer.from(derived).toString('base64url') }
    })
}
