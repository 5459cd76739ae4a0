import { oidc, requireIssuer } from './oidc.ts'
import type { Preset } from './preset.ts'

/**
 * Okta (https://developer.okta.com/docs/concepts/auth-servers/ and …/guides/customize-tokens-groups-claim/, read 2026-11-27 as
 * their sources at github.com/okta/okta-developer-docs, not the newest versions; refresh tokens, and the console's host, are generally known).
 *
 * - Two kinds of issuers: the organisation's, `https://<org>.okta.com`, and those of custom authorization servers, `https://<org>.okta.com/oauth2/<id>`.
 *   The console's host, `<org>-admin.okta.com`, is neither.
 * - The organisation's gives groups for the scope `groups`, which a custom one refuses unless somebody added it: asked for where it is offered, and
 *   either way the app needs a groups claim. ID tokens are thin where an access token is given too, so userinfo is asked.
 * - `offline_access` needs the grant "Refresh Token" in the app's settings.
 */
export const okta: Preset = {
  ...oidc,
  name: 'Okta',
  issuerOf(options) {
    const issuer = requireIssuer(options)
    if (/-admin\.okta(preview)?\.com$/.test(new URL(issuer).hostname))
      throw new TypeError(
        `"issuer" of the identity provider "${options.id}" is the address of Okta's console: leave "-admin" out`,
      )
    return issuer
  },
  scopesWhereOffered: ['groups'],
  offline: { default: true, scope: 'always' },
  clientAuthentication: 'client_secret_post',
}
