import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import { type IssuerPresetOptions, requireIssuer } from './preset.ts'

export interface KeycloakOptions extends IssuerPresetOptions {
  /** Whose client roles count beside those of the realm: the client id of this server there. Default: roles of the realm alone. */
  rolesOf?: string
}

/** The address of a realm in the API for administrators ends likewise. */
const issuerForm = /^https?:\/\/[^/]+\/(?!(?:auth\/)?admin\/)(?:.*\/)?realms\/[^/]+$/

/**
 * Keycloak 26 (https://www.keycloak.org/securing-apps/mcp-authz-server, read 2026-11-27; and what the suite in `identity/` meets).
 *
 * - It ignores `resource` unless it was started with `--features=resource-indicators` (experimental): the audience comes from a mapper, in the scopes that
 *   clients ask for, since one that registers with a `scope` gets no default scope of the realm.
 * - Its access tokens have the type `JWT`, unless the client says otherwise, and name their kind in the claim `typ`.
 */
export function keycloak({ rolesOf, ...options }: KeycloakOptions): TrustedIssuer {
  requireIssuer('keycloak', options.issuer, { form: issuerForm, wanted: 'https://<host>/realms/<realm>' })
  const ofClient = rolesOf === undefined ? [] : [['resource_access', rolesOf, 'roles']]
  return {
    tokenType: 'any',
    roleClaims: [['realm_access', 'roles'], ...ofClient],
    advice: {
      vendor: 'Keycloak',
      audience:
        'In Keycloak: Client scopes → each scope of this server → Mappers → Add mapper → By configuration → Audience, with the URL of this server as "Included Custom Audience"',
      registration:
        'In Keycloak: Clients → Client registration → Anonymous access policies: name in "Trusted Hosts" whence clients register, or delete that policy, and add the scopes of this server to "Allowed Client Scopes"',
      pkce: 'In Keycloak: S256 is always there; look whether a proxy in front changes its metadata',
      resourceParameter: 'ignored',
    },
    ...options,
  }
}
