import { requireIssuer, whoIs } from './oidc.ts'
import type { Preset } from './preset.ts'
import { groupsOf, standardFacts } from './read-claims.ts'

/**
 * Keycloak (26; https://www.keycloak.org/docs/latest/server_admin/, its pages of offline access and of mappers, read 2026-11-27 as their sources on GitHub;
 * and what the suite in `identity/` meets). The issuer is a realm's, `https://<host>/realms/<realm>`.
 *
 * - A refresh token without `offline_access` ends with the SSO session, after half an hour without a visit: an offline token is asked for.
 * - Groups are in no token until the client has a "Group Membership" mapper, which writes paths: `/staff/engineering`. The slash in front is left out.
 *   Realm roles are in ID tokens where their mapper says so: `groupsClaim: realm_access.roles`.
 * - Its basic authentication did not decode what RFC 6749 §2.3.1 has encoded, in old versions: the secret is posted.
 */
export const keycloak: Preset = {
  name: 'Keycloak',
  issuerOf(options) {
    const issuer = requireIssuer(options)
    if (!/\/realms\/[^/]+$/.test(issuer))
      throw new TypeError(
        `"issuer" of the identity provider "${options.id}" must be a realm's, https://<host>/realms/<realm>, but is "${issuer}"`,
      )
    return issuer
  },
  scopes: ['openid', 'profile', 'email'],
  offline: { default: true, scope: 'always' },
  groupsClaim: 'groups',
  clientAuthentication: 'client_secret_post',
  userInfo: 'always',
  factsOf: (claims, { groupsClaim }) => ({
    ...whoIs(claims),
    ...standardFacts(claims, groupsClaim),
    groups: groupsOf(claims, groupsClaim).map((group) => group.replace(/^\//, '')),
  }),
}
