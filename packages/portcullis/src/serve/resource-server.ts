import { type ConnectionEvent, createResourceServer, type ResourceServer } from '@portcullis/auth'
import type { AuthorizationServer, IntrospectionReader } from '@portcullis/auth/authorization-server'
import type { Configuration } from '../config/configuration.ts'
import { type McpServer, servedAt } from '../config/mcp-servers.ts'
import { clientsReadingResults } from '../operations/configured-clients.ts'

/** What the resource server works with that other parts do too. */
export interface BesideResourceServer {
  authorizationServer: AuthorizationServer
  /** By which it asks what an opaque token is. */
  ownReader: IntrospectionReader | undefined
  onEvent: (event: ConnectionEvent) => void
}

/** The resource server of one MCP server, which asks the authorization server of this process without a network between. */
export function resourceServerOf(
  server: McpServer,
  configuration: Configuration,
  { authorizationServer, ownReader, onEvent }: BesideResourceServer,
): ResourceServer {
  const [resource, ...alsoServedAt] = servedAt(server)
  return createResourceServer({
    resource,
    alsoServedAt,
    sharesHost: sharesHost(server, configuration),
    authorizationServers: [
      {
        issuer: configuration.issuer,
        jwks: authorizationServer.jwks,
        ...(ownReader !== undefined && { introspection: { credentials: { secret: ownReader.secret } } }),
      },
    ],
    scopes: server.advertisedScopes,
    scopeHierarchy: server.hierarchy,
    ...(server.name !== undefined && { name: server.name }),
    allowedHosts: configuration.allowedHosts,
    allowedOrigins: configuration.allowedOrigins,
    clientsReadingResults: clientsReadingResults(configuration),
    revocations: authorizationServer.revocations,
    revocationGrace: configuration.timeouts.revocationGrace,
    fetch: (request) => authorizationServer.fetch(request),
    onEvent,
  })
}

/** Law 2: of several servers at one host, the metadata of none stands at the root. */
function sharesHost(server: McpServer, { mcpServers }: Configuration): boolean {
  const own = new Set(hostsOf(server))
  return mcpServers.some((other) => other !== server && hostsOf(other).some((host) => own.has(host)))
}

function hostsOf(server: McpServer): string[] {
  return servedAt(server).map((url) => new URL(url).host)
}
