import { isDocumentIdentifier, nearest, sameIdentifier, whyNotIdentifier } from '@portcullis/auth/protocol'
import { grantTypeOfPrivilege } from './client-grant-types.ts'
import { hasSeveral, type SetServer } from './mcp-servers.ts'
import type { Problem } from './problems.ts'
import type { Settings } from './schema.ts'

/** What of `privileges` and `identityAssertionIssuers` cannot stand. */
export function machineProblems(
  settings: Settings,
  { servers: own, publicUrl }: { servers: readonly SetServer[]; publicUrl: string },
): Problem[] {
  const servers: Servers = new Map([
    ...own.map((server): [string, string[]] => [server.publicUrl, Object.keys(server.settings.scopes)]),
    ...Object.entries(settings.resources).map(([url, { scopes }]): [string, string[]] => [url, Object.keys(scopes)]),
  ])
  return [...privilegeProblems(settings, servers, publicUrl), ...issuerProblems(settings, servers, publicUrl)]
}

/** Their scopes, by their URLs. */
type Servers = ReadonlyMap<string, readonly string[]>

function privilegeProblems(settings: Settings, servers: Servers, publicUrl: string): Problem[] {
  const { privileges, clients } = settings
  return Object.entries(privileges).flatMap(([id, privilege]) => {
    const at = ['privileges', id]
    const { clientCredentials, clientCredentialsFor, tokenExchange, introspectionFor } = privilege
    const exchanged = tokenExchange === undefined ? [] : [tokenExchange.from, ...tokenExchange.to]
    if (hasSeveral(settings)) {
      const unclear = unclearProblems(at, privilege)
      if (unclear.length > 0) return unclear
    }
    return [
      ...publicClientProblems(at, id, clients),
      ...(clientCredentials.length > 0
        ? grantTypeProblems([...at, 'clientCredentials'], id, { clients, by: 'clientCredentials' })
        : []),
      ...(Object.keys(clientCredentialsFor).length > 0
        ? grantTypeProblems([...at, 'clientCredentialsFor'], id, { clients, by: 'clientCredentials' })
        : []),
      ...(tokenExchange === undefined
        ? []
        : grantTypeProblems([...at, 'tokenExchange'], id, { clients, by: 'tokenExchange' })),
      ...clientCredentials
        .filter((token) => !servers.get(publicUrl)?.includes(token))
        .map((token) => unknownScope([...at, 'clientCredentials'], token, '"scopes"')),
      ...Object.entries(clientCredentialsFor).flatMap(([url, tokens]) => {
        const path = [...at, 'clientCredentialsFor', url]
        const scopes = servers.get(url)
        if (scopes === undefined) return unknownServers(path, [url], servers)
        if (tokens.length === 0) return [{ path, message: 'must name at least one scope' }]
        return tokens
          .filter((token) => !scopes.includes(token))
          .map((token) => unknownScope(path, token, `the scopes of ${url}`))
      }),
      ...unknownServers([...at, 'tokenExchange'], exchanged, servers),
      ...(tokenExchange?.to.some((url) => sameIdentifier(url, tokenExchange.from))
        ? [{ path: [...at, 'tokenExchange', 'to'], message: 'must not name the server that "from" is' }]
        : []),
      ...unknownServers([...at, 'introspectionFor'], introspectionFor, servers),
    ]
  })
}

/** What is said of the one MCP server says nothing where there are several. */
function unclearProblems(
  at: readonly string[],
  { clientCredentials, introspection }: Settings['privileges'][string],
): Problem[] {
  const unclear = (name: string, instead: string) => ({
    path: [...at, name],
    message: `must name its server where there are several: use ${instead}`,
  })
  return [
    ...(clientCredentials.length > 0 ? [unclear('clientCredentials', 'clientCredentialsFor')] : []),
    ...(introspection ? [unclear('introspection', 'introspectionFor')] : []),
  ]
}

function issuerProblems(
  { identityAssertionIssuers, clients }: Settings,
  servers: Servers,
  publicUrl: string,
): Problem[] {
  return Object.entries(identityAssertionIssuers).flatMap(([issuer, trusted]): Problem[] => {
    const at = ['identityAssertionIssuers', issuer]
    const { keysUrl, keysFile, people, userNameClaim, resources = [] } = trusted
    const whyNot = whyNotIdentifier(issuer)
    if (whyNot !== undefined) return [{ path: at, message: `is no issuer: it ${whyNot}` }]
    if (URL.canParse(publicUrl) && sameIdentifier(issuer, new URL(publicUrl).origin))
      return [{ path: at, message: 'is this server itself; name the identity provider' }]
    if ((keysUrl === undefined) === (keysFile === undefined))
      return [{ path: at, message: 'needs either keysUrl or keysFile: by its keys its assertions are verified' }]
    if (Object.keys(people).length === 0 && userNameClaim === undefined)
      return [{ path: at, message: 'needs people or userNameClaim: without, nobody it names is known here' }]
    return [
      ...trusted.clients.flatMap((id) => [
        ...publicClientProblems([...at, 'clients'], id, clients),
        ...grantTypeProblems([...at, 'clients'], id, { clients, by: 'identityAssertionIssuers' }),
      ]),
      ...unknownServers([...at, 'resources'], resources, servers),
    ]
  })
}

/** Of the clients of the configuration it is known how they authenticate; of others it is seen when they come. */
function publicClientProblems(path: readonly PropertyKey[], id: string, clients: Settings['clients']): Problem[] {
  const client = Object.hasOwn(clients, id) ? clients[id] : undefined
  if (client === undefined) return isDocumentIdentifier(id) ? [] : misspelt(path, id, clients)
  const { secretFile, secretVariable, keysFile, keysUrl } = client
  const hasCredential = [secretFile, secretVariable, keysFile, keysUrl].some((each) => each !== undefined)
  return hasCredential && client.method !== 'none'
    ? []
    : [{ path, message: `is for the client "${id}", which has neither a secret nor keys; give it one in "clients"` }]
}

/** A client of the configuration is for what its grant types say, and for nothing that only another setting does. */
function grantTypeProblems(
  path: readonly PropertyKey[],
  id: string,
  { clients, by }: { clients: Settings['clients']; by: keyof typeof grantTypeOfPrivilege },
): Problem[] {
  const client = Object.hasOwn(clients, id) ? clients[id] : undefined
  const needed = grantTypeOfPrivilege[by]
  if (client === undefined || client.grantTypes?.includes(needed)) return []
  return [
    { path, message: `is for the client "${id}", which lacks the grant type ${needed}; add it to its grantTypes` },
  ]
}

/** It may be one that registers or that an operator made; where it looks like a slip of one that is named, it is one. */
function misspelt(path: readonly PropertyKey[], id: string, clients: Settings['clients']): Problem[] {
  const meant = nearest(id, Object.keys(clients))
  return meant === undefined ? [] : [{ path, message: `is for the client "${id}"; did you mean "${meant}"?` }]
}

function unknownScope(path: readonly PropertyKey[], token: string, of: string): Problem {
  return { path, message: `must be of ${of}, but names "${token}"; add it there with a description, or remove it here` }
}

function unknownServers(path: readonly PropertyKey[], urls: readonly string[], servers: Servers): Problem[] {
  return urls
    .filter((url) => !servers.has(url))
    .map((url) => ({
      path,
      message: `names the server "${url}", which is none of ${[...servers.keys()].join(', ')}`,
    }))
}
