import { type ConnectionEvent, createResourceServer, type ResourceServer } from '@portcullis/auth'
import type { AuthorizationServer, IntrospectionReader } from '@portcullis/auth/authorization-server'
import type { ServeConfiguration } from '../config/configuration.ts'

/** What the resource server works with that other parts do too. */
export interface BesideResourceServer {
  authorizationServer: AuthorizationServer
  alsoServedAt: readonly string[]
  /** By which it asks what an opaque token is. */
  ownReader: IntrospectionReader | undefined
  onEvent: (event: ConnectionEvent) => void
}

/** The resource server as it is configured, which asks the authorization server of this process without a network between. */
export function resourceServerOf(
  configuration: ServeConfiguration,
  { authorizationServer, alsoServedAt, ownReader, onEvent }: BesideResourceServer,
): ResourceServer {
  return createResourceServer({
    resource: configuration.publicUrl,
    alsoServedAt,
    authorizationServers: [
      {
        issuer: configuration.issuer,
        jwks: authorizationServer.jwks,
        ...(ownReader !== undefined && { introspection: { credentials: { secret: ownReader.secret } } }),
      },
    ],
    scopes: configuration.advertisedScopes,
    scopeHierarchy: configuration.hierarchy,
    ...(configuration.name !== undefined && { name: configuration.name }),
    allowedHosts: configuration.allowedHosts,
    allowedOrigins: configuration.allowedOrigins,
    revocations: authorizationServer.revocations,
    revocationGrace: configuration.timeouts.revocationGrace,
    fetch: (request) => authorizationServer.fetch(request),
    onEvent,
  })
}
