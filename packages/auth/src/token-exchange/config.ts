import { fields, listOf, number, required, requireShape, text } from '../protocol/option-shapes.ts'
import { isSecureUrl, requireIdentifier, sameIdentifier } from '../protocol/resource.ts'
import { isScopeToken } from '../protocol/scope.ts'
import type { ResolvedResourceServer } from '../resource-server/config.ts'

export interface TokenExchangeOptions {
  /** As whom this server is known at the authorization server: a confidential client. */
  client: {
    clientId: string
    clientSecret: string
    /** How it shows its secret (RFC 6749 §2.3.1). Default `client_secret_basic`. */
    method?: 'client_secret_basic' | 'client_secret_post'
  }
  /** The other server by the name that the authorization server has for it, in Keycloak its client id (RFC 8693 §2.1). Default: none. */
  audience?: string
  /** The other server by its URL (RFC 8707). Default: none. One of the two, or `scope`, says what the token is for. */
  resource?: string
  /** What is needed there. Default: what the authorization server gives. */
  scope?: readonly string[]
  /** Whose tokens are exchanged. Default: the issuer that the resource server trusts; where there are several, it must be said. */
  issuer?: string
  /** Where. Default: `token_endpoint` of the issuer's metadata (RFC 8414). */
  tokenEndpoint?: string
  /** How it is asked. `on_behalf_of`: as Microsoft Entra ID wants it. Default `token_exchange` (RFC 8693). */
  grant?: 'token_exchange' | 'on_behalf_of'
  /** Tokens remembered. Default 10,000; 0 is off. */
  cacheSize?: number
  /** Seconds after which the authorization server is given up. Default 5. */
  timeout?: number
}

export interface ResolvedTokenExchange {
  client: { clientId: string; clientSecret: string; method: 'client_secret_basic' | 'client_secret_post' }
  audience: string | undefined
  resource: string | undefined
  scope: readonly string[]
  issuer: string
  tokenEndpoint: string | undefined
  grant: 'token_exchange' | 'on_behalf_of'
  cacheSize: number
  timeout: number
}

const shape = fields<TokenExchangeOptions>({
  client: required(
    fields<TokenExchangeOptions['client']>({ clientId: required(text), clientSecret: required(text), method: text }),
  ),
  audience: text,
  resource: text,
  scope: listOf(text),
  issuer: text,
  tokenEndpoint: text,
  grant: text,
  cacheSize: number,
  timeout: number,
})

const methods = ['client_secret_basic', 'client_secret_post']
const grants = ['token_exchange', 'on_behalf_of']

/** Throws `TypeError` for an option that cannot stand. */
export function resolveTokenExchange(
  options: TokenExchangeOptions,
  server: Pick<ResolvedResourceServer, 'authorizationServers' | 'served'>,
): ResolvedTokenExchange {
  requireShape(options, shape, 'createTokenExchange')
  const {
    client,
    audience,
    resource,
    scope = [],
    tokenEndpoint,
    grant = 'token_exchange',
    cacheSize,
    timeout,
  } = options
  const { method = 'client_secret_basic' } = client
  if (client.clientId === '' || client.clientSecret === '') throw new TypeError('"client" must have an id and a secret')
  if (!methods.includes(method)) throw new TypeError(`"client.method" must be one of ${methods.join(', ')}`)
  if (!grants.includes(grant)) throw new TypeError(`"grant" must be one of ${grants.join(', ')}`)
  if (audience === undefined && resource === undefined && scope.length === 0)
    throw new TypeError('"audience", "resource" or "scope" must say what the token is for')
  if (grant === 'on_behalf_of' && scope.length === 0)
    throw new TypeError('"scope" must say what the token is for: on_behalf_of knows neither "audience" nor "resource"')
  if (resource !== undefined) requireIdentifier('resource', resource)
  if ([audience, resource].some((name) => name !== undefined && server.served.some((own) => sameIdentifier(own, name))))
    throw new TypeError('"audience" and "resource" name another server than this one')
  for (const token of scope)
    if (!isScopeToken(token)) throw new TypeError(`"${token}" is no scope token (RFC 6749 §3.3)`)
  if (tokenEndpoint !== undefined && !isSecureUrl(tokenEndpoint))
    throw new TypeError(`"tokenEndpoint" must be an https URL (http on loopback), but is "${tokenEndpoint}"`)
  return Object.freeze({
    client: { ...client, method },
    audience,
    resource,
    scope: Object.freeze([...scope]),
    issuer: issuerOf(options.issuer, server),
    tokenEndpoint,
    grant,
    cacheSize: whole('cacheSize', cacheSize, { least: 0 }) ?? 10_000,
    timeout: whole('timeout', timeout, { least: 1 }) ?? 5,
  })
}

function issuerOf(
  wanted: string | undefined,
  { authorizationServers: [first, ...others] }: Pick<ResolvedResourceServer, 'authorizationServers'>,
): string {
  if (wanted === undefined && others.length > 0)
    throw new TypeError(
      '"issuer" must say whose tokens are exchanged, since the resource server trusts several issuers',
    )
  if (wanted === undefined) return first.issuer
  const found = [first, ...others].find(({ issuer }) => sameIdentifier(issuer, wanted))
  if (found === undefined)
    throw new TypeError(`"issuer" must be one that the resource server trusts, but is "${wanted}"`)
  return found.issuer
}

function whole(name: string, value: number | undefined, { least }: { least: number }): number | undefined {
  if (value !== undefined && (!Number.isInteger(value) || value < least))
    throw new TypeError(`"${name}" must be a whole number, ${least} or more, but is ${value}`)
  return value
}
