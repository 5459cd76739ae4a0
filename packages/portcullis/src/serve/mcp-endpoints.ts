import type { IncomingMessage } from 'node:http'
import type { ConnectionEvent } from '@portcullis/auth'
import type { AuthorizationServer, IntrospectionReader } from '@portcullis/auth/authorization-server'
import { callRulesOf } from '../config/call-rules.ts'
import type { ServeConfiguration, ServedMcpServer } from '../config/configuration.ts'
import { servedAt } from '../config/mcp-servers.ts'
import { createAdmission } from '../gateway/admission.ts'
import type { GatewayOptions } from '../gateway/config.ts'
import { createGateway, type Gateway } from '../gateway/gateway.ts'
import { createProcessRoom } from '../gateway/stdio/process-room.ts'
import { resourceServerOf } from './resource-server.ts'

/** The MCP endpoints of all servers, each with a gateway and a resource server of its own. */
export interface McpEndpoints {
  /** Whose a request is, by its path alone; `undefined` where it is no endpoint's. */
  at(path: string, req: IncomingMessage): Gateway | undefined
  ready(): Promise<unknown>
  /** Ends all that is open of a grant, and all that it could be used for, at once: a page that says so then says the truth (law 14). */
  endGrant(grantId: string): void
  /** Lets open answers run on for a while, and ends them. */
  close(): Promise<unknown>
}

export interface BesideMcpEndpoints extends Pick<GatewayOptions, 'sessionKeys' | 'clientAddress' | 'environment'> {
  authorizationServer: AuthorizationServer
  /** By which the resource servers ask what an opaque token is, by the URL of the server. */
  ownReaders: readonly IntrospectionReader[]
  /** What is sent to a person in place of a server's challenge. */
  present: (server: ServedMcpServer) => NonNullable<GatewayOptions['present']>
  onEvent: (event: ConnectionEvent) => void
  /** Told of calls that were let in too. */
  onGatewayEvent: (event: ConnectionEvent) => void
}

export function createMcpEndpoints(
  configuration: ServeConfiguration,
  { authorizationServer, ownReaders, present, onEvent, onGatewayEvent, ...ofAll }: BesideMcpEndpoints,
): McpEndpoints {
  const { limits, timeouts } = configuration
  const admission = createAdmission(limits)
  const processRoom = createProcessRoom(limits)
  const [first, ...others] = configuration.mcpServers
  const endpoints = [endpointOf(first), ...others.map(endpointOf)] as const
  const byPath = new Map(endpoints.flatMap(({ gateway }) => [...gateway.paths].map((path) => [path, gateway])))

  function endpointOf(server: ServedMcpServer) {
    const served = servedAt(server)
    const resourceServer = resourceServerOf(server, configuration, {
      authorizationServer,
      ownReader: ownReaders.find(({ resource }) => resource === server.publicUrl),
      onEvent,
    })
    const gateway = createGateway({
      ...ofAll,
      resourceServer,
      upstream: server.upstream,
      transport: server.transport,
      upstreamHeaders: server.upstreamHeaders,
      alsoServedAt: served.slice(1),
      rules: callRulesOf(server),
      limits: {
        body: limits.body,
        open: limits.open,
        openPerCaller: limits.openPerCaller,
        bodies: limits.bodies,
        bodiesPerCaller: limits.bodiesPerCaller,
        processes: limits.processes,
        processesPerPerson: limits.processesPerPerson,
        message: limits.message,
      },
      admission,
      processRoom,
      timeouts,
      present: present(server),
      onEvent: onGatewayEvent,
    })
    return { resourceServer, gateway, hosts: new Set(served.map((url) => new URL(url).host)) }
  }

  /** The path form names its server; the root form and what is nobody's are answered by one of that host. */
  function ofMetadata(path: string, req: IncomingMessage): Gateway {
    const host = req.headers.host ?? ''
    const { gateway } = endpoints.find(({ hosts }) => hosts.has(host)) ?? endpoints[0]
    return byPath.get(path.slice(metadataPath.length)) ?? gateway
  }

  return {
    at: (path, req) => byPath.get(path) ?? (path.startsWith(metadataPath) ? ofMetadata(path, req) : undefined),
    ready: () => Promise.all(endpoints.map(({ resourceServer }) => resourceServer.ready())),
    endGrant(grantId) {
      for (const { resourceServer, gateway } of endpoints) {
        resourceServer.noteEnd(grantId)
        gateway.endGrant(grantId)
      }
    },
    close: () => Promise.all(endpoints.map(({ gateway }) => gateway.close())),
  }
}

const metadataPath = '/.well-known/oauth-protected-resource'
