import { randomBytes } from 'node:crypto'
import { type CompanyRealm, importCompanyRealm } from './realm.ts'
import type { RunningKeycloak } from './shared-keycloak.ts'

/** A company realm that is the authorization server of an MCP server, as docs/external-issuers.md has an administrator set it up. */
export interface McpRealm extends CompanyRealm {
  /** As whom the MCP server exchanges tokens: it may get one for `calendar`. */
  server: { clientId: string; clientSecret: string }
}

const mapper = { protocol: 'openid-connect', protocolMapper: 'oidc-audience-mapper' }
const inAccessToken = { 'access.token.claim': 'true', 'id.token.claim': 'false' }

export async function importMcpRealm(
  keycloak: Pick<RunningKeycloak, 'admin'>,
  { name, resource }: { name: string; resource: string },
): Promise<McpRealm> {
  const realm = await importCompanyRealm(keycloak, name)
  const { send } = realm
  const server = { clientId: 'notes-server', clientSecret: randomBytes(24).toString('base64url') }
  await send('POST', '/clients', { clientId: 'calendar', publicClient: false, standardFlowEnabled: false })

  // This server and its client as the audience of whoever asks for its scope. Not by a default scope of the realm: a client that registers with a
  // `scope` gets no such. And roles in a scope of their own: one that brings roles is left out for whoever has none of them.
  const read = await addScope(send, 'notes:read', [
    { name: 'resource', ...mapper, config: { ...inAccessToken, 'included.custom.audience': resource } },
    { name: 'exchange', ...mapper, config: { ...inAccessToken, 'included.custom.audience': server.clientId } },
  ])
  const roles = await addScope(send, 'notes:roles', [
    {
      name: 'realm roles',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-usermodel-realm-role-mapper',
      config: { 'access.token.claim': 'true', 'claim.name': 'realm_access.roles', multivalued: 'true' },
    },
  ])
  await send('POST', `/client-scopes/${roles}/scope-mappings/realm`, [await send('GET', '/roles/notes-keeper')])
  for (const scope of [read, roles]) await send('PUT', `/default-optional-client-scopes/${scope}`)
  await letRegister(send)

  await addScope(send, 'calendar', [
    { name: 'calendar', ...mapper, config: { ...inAccessToken, 'included.client.audience': 'calendar' } },
  ])
  await send('POST', '/clients', {
    clientId: server.clientId,
    secret: server.clientSecret,
    publicClient: false,
    standardFlowEnabled: false,
    attributes: { 'standard.token.exchange.enabled': 'true' },
    defaultClientScopes: ['basic', 'calendar'],
  })
  return { ...realm, server }
}

async function addScope(send: CompanyRealm['send'], name: string, protocolMappers: readonly object[]): Promise<string> {
  const attributes = { 'include.in.token.scope': String(name.includes(':')) }
  const at = await send('POST', '/client-scopes', { name, protocol: 'openid-connect', attributes, protocolMappers })
  return String(at).replace(/^.*\//, '')
}

/** Who registers comes from this machine, and may have the scope of the server. */
async function letRegister(send: CompanyRealm['send']): Promise<void> {
  const type = 'org.keycloak.services.clientregistration.policy.ClientRegistrationPolicy'
  const policies = await send('GET', `/components?type=${type}`)
  for (const policy of Array.isArray(policies) ? policies : []) {
    if (policy.subType !== 'anonymous') continue
    const change = changes[String(policy.providerId)]
    if (change !== undefined)
      await send('PUT', `/components/${policy.id}`, { ...policy, config: { ...policy.config, ...change } })
  }
}

const changes: Readonly<Record<string, Record<string, readonly string[]>>> = {
  'trusted-hosts': { 'trusted-hosts': ['127.0.0.1', 'localhost'] },
  'allowed-client-templates': {
    'allow-default-scopes': ['true'],
    'allowed-client-scopes': ['notes:read', 'notes:roles'],
  },
}
