import type { OidcProviderOptions } from './oidc-provider.ts'

/** Who oidc-provider knows in these tests. The alice of there is nobody's alice at Keycloak. */
export const people: OidcProviderOptions['people'] = {
  alice: {
    name: 'Alice Elsewhere',
    preferred_username: 'alice',
    email: 'alice@elsewhere.example',
    email_verified: true,
    groups: ['readers', 'writers'],
  },
  dora: { name: 'Dora Doe', preferred_username: 'dora', email: 'dora@elsewhere.example', email_verified: false },
}
