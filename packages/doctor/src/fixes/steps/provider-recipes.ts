/** What a sign-in server has to learn before MCP clients can use it. */
export type Need = 'registration' | 's256' | 'public_clients'

/**
 * How each identity provider (`findings/identity-providers.ts`) is told, as its own documentation has it; `cannot` where it has no such switch. What is
 * not named here is asked for in general words.
 */
export const recipes: { readonly [provider: string]: { readonly [need in Need]?: readonly string[] | 'cannot' } } = {
  'Microsoft Entra ID': { registration: 'cannot', s256: 'cannot', public_clients: 'cannot' },
  Okta: { registration: 'cannot' },
  Google: { registration: 'cannot', public_clients: 'cannot' },
  'Amazon Cognito': { registration: 'cannot', s256: 'cannot', public_clients: 'cannot' },
  GitHub: { registration: 'cannot', s256: 'cannot', public_clients: 'cannot' },
  authentik: { registration: 'cannot' },
  OneLogin: { registration: 'cannot' },
  PingOne: { registration: 'cannot' },
  'AD FS': { registration: 'cannot', s256: 'cannot', public_clients: 'cannot' },
  Auth0: {
    registration: [
      'Auth0 dashboard → Settings → Advanced: switch "Dynamic Client Registration (DCR)" on (in older tenants "OIDC Dynamic Application Registration"), and "Resource Parameter Compatibility Profile" too.',
      'Applications → APIs → the API whose identifier is the MCP URL → Settings → Default Permissions for Third-Party Applications: authorize user-delegated access.',
      'Authentication: promote a connection to the domain level, since applications that registered themselves see no other.',
    ],
  },
  Keycloak: {
    registration: [
      'Keycloak admin console → your realm → Clients → Client registration → Client registration policies → Anonymous access policies: add the hosts of the clients to "Trusted Hosts", or delete that policy.',
      'Client scopes → a default scope → Add mapper → Audience: the MCP URL, so that tokens are for your server.',
    ],
  },
  Clerk: { registration: ['Clerk dashboard → OAuth applications: switch "Dynamic client registration" on.'] },
  'WorkOS AuthKit': {
    registration: [
      'WorkOS dashboard → Connect → Configuration: switch "Dynamic Client Registration" on, and "Client ID Metadata Document" too.',
    ],
  },
  Stytch: { registration: ['Stytch dashboard → Connected Apps: switch dynamic client registration on.'] },
  Supabase: {
    registration: [
      'Supabase dashboard → Authentication → OAuth Server: switch the server on, and dynamic registration with it (allow_dynamic_registration = true in config.toml).',
    ],
  },
  Descope: {
    registration: [
      'Descope console → MCP Servers → your server → Settings → MCP Client Registration: switch DCR and CIMD on, and give the MCP server URL there.',
    ],
  },
  'Ory Hydra': {
    registration: [
      'hydra.yml: oidc.dynamic_client_registration.enabled: true, and webfinger.oidc_discovery.client_registration_url: the address of /oauth2/register, so that the metadata names it.',
    ],
  },
}
