import { hkdfSync } from 'node:crypto'
import type { IntrospectionReader, ProtectedResource, ServerSecret } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'
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

/** The MCP server that the program stands in front of, and those that stand elsewhere. */
export function resourcesOf(configuration: Configuration, alsoServedAt: readonly string[]): ProtectedResource[] {
  const { publicUrl, name, scopes, defaultScopes, advertisedScopes, hierarchy, accessTokenFormat } = configuration
  const own = { scopes, defaultScopes, advertisedScopes, hierarchy, accessTokenFormat }
  return [
    { resource: publicUrl, alsoServedAt, ...(name !== undefined && { name }), ...own },
    ...Object.entries(configuration.resources).map(([resource, settings]) => ({
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

/** By which the gateway asks its own authorization server what an opaque token is; `undefined` where tokens say it themselves. */
export function ownReaderOf(
  { publicUrl, accessTokenFormat }: Pick<Configuration, 'publicUrl' | 'accessTokenFormat'>,
  { secret }: ServerSecret,
): IntrospectionReader | undefined {
  if (accessTokenFormat === 'jwt') return undefined
  const derived = hkdfSync('sha256', secret, '', 'portcullis gateway introspection', 32)
  return { resource: publicUrl, secret: Buffer.from(derived).toString('base64url') }
}
