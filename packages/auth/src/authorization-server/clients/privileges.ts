import type { ResolvedResource } from '../config.ts'
import type { ServerContext } from '../context.ts'
import { findTarget } from '../grants/target.ts'
import { TokenRefusedError } from '../grants/token-refused-error.ts'
import type { AuthenticatedClient } from './authenticate-client.ts'

/**
 * What a confidential client may do with no person at hand. The operator alone gives it, by the client's identifier: no registration asks for it,
 * and a public client has none of it, whoever names it.
 */
export interface ClientPrivileges {
  /** The scopes that it gets tokens of its own for, by resource (client_credentials, RFC 6749 §4.4). Default: none. */
  clientCredentials?: Readonly<Record<string, readonly string[]>>
  /** The exchange of tokens that others presented to it (RFC 8693). Default: none. */
  tokenExchange?: TokenExchangePrivilege
  /** The resources that it may introspect tokens of (RFC 7662). Default: none. */
  introspection?: readonly string[]
}

export interface TokenExchangePrivilege {
  /** The resource that this client is: only tokens for it are taken. */
  from: string
  /** The resources that it may get tokens for, on behalf of whoever presented one. */
  to: readonly string[]
}

export interface ResolvedPrivileges {
  clientCredentials: ReadonlyMap<ResolvedResource, readonly string[]>
  tokenExchange: { from: ResolvedResource; to: readonly ResolvedResource[] } | undefined
  introspection: readonly ResolvedResource[]
}

/** Throws `TypeError` where a resource or a scope is not known. */
export function resolvePrivileges(
  privileges: Readonly<Record<string, ClientPrivileges>>,
  resources: readonly ResolvedResource[],
): ReadonlyMap<string, ResolvedPrivileges> {
  const known = (name: string) => requireKnown(name, resources)
  const resolved = new Map<string, ResolvedPrivileges>()
  for (const [clientId, { clientCredentials = {}, tokenExchange, introspection = [] }] of Object.entries(privileges)) {
    const ofResources = Object.entries(clientCredentials).map(([name, scopes]) => {
      const resource = known(name)
      const unknown = scopes.find((token) => !Object.hasOwn(resource.scopes, token))
      if (unknown !== undefined || scopes.length === 0)
        throw new TypeError(
          `the privileges of "${clientId}" must name scopes of ${name}, and "${unknown ?? ''}" is none of them`,
        )
      return [resource, Object.freeze([...scopes])] as const
    })
    const exchange = tokenExchange && {
      from: known(tokenExchange.from),
      to: Object.freeze(tokenExchange.to.map(known)),
    }
    resolved.set(
      clientId,
      Object.freeze({
        clientCredentials: new Map(ofResources),
        tokenExchange: exchange,
        introspection: Object.freeze(introspection.map(known)),
      }),
    )
  }
  return resolved
}

/** What the client may do. Throws `TokenRefusedError` `unauthorized_client` where it did not prove who it is, or the operator gave it nothing. */
export function privilegesOf(
  { clientId, isConfidential }: AuthenticatedClient,
  { options }: Pick<ServerContext, 'options'>,
): ResolvedPrivileges {
  const privileges = options.privileges.get(clientId)
  if (privileges !== undefined && isConfidential) return privileges
  throw notAllowed('The client may not do this: the operator has to allow it, and it must be confidential')
}

export function notAllowed(description: string): TokenRefusedError {
  return new TokenRefusedError('unauthorized_client', 'client_not_allowed', description)
}

function requireKnown(name: string, resources: readonly ResolvedResource[]): ResolvedResource {
  const target = findTarget(name, resources)
  if (target === undefined)
    throw new TypeError(`the privileges of a client name "${name}", which is none of "resources"`)
  return target.resource
}
