import { createResourceServer, type ResourceServer } from '@portcullis/auth'
import type { ProtectOptions } from '@portcullis/auth/fastmcp'
import { keycloak } from '@portcullis/auth/issuers'

export interface ProtectionOptions {
  /** The URL of the MCP server, as people type it. */
  resource: string
  /** Of the realm. */
  issuer: string
  /** The scope that has Keycloak name this server in a token. */
  scope: string
  /** Told of every step of a connection, refusals included. */
  onEvent?: (event: object) => void
  /** The time, in seconds since the epoch. Default: the system clock. */
  now?: () => number
}

/** Seconds: an older token is refused, whatever it says of its end. */
export const maxTokenAge = 900

/** Whose tokens count, and what a client learns that has none. */
export function createProtection({ resource, issuer, scope, onEvent, now }: ProtectionOptions): ResourceServer {
  return createResourceServer({
    resource,
    name: 'Orders of the depot',
    authorizationServers: [keycloak({ issuer })],
    scopes: [scope, 'orders:roles'],
    maxTokenAge,
    mirrorMetadata: true,
    challengeParameters: { realm: 'MCP Server', authorization_server: issuer },
    ...(onEvent !== undefined && { onEvent }),
    ...(now !== undefined && { now }),
  })
}

/** Who may do what: by what somebody is in Keycloak. Whoever is nothing here is let in nowhere. */
export const rules: ProtectOptions = {
  callers: { roles: ['clerk', 'approver'] },
  tools: {
    approve_order: { roles: ['approver'] },
    check_stock: { roles: ['clerk'] },
  },
}
