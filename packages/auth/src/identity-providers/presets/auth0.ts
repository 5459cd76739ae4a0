import { oidc, requireIssuer } from './oidc.ts'
import type { Preset } from './preset.ts'

/**
 * Auth0 (https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims, read 2026-11-27 as its source at github.com/auth0/docs-v2; the
 * issuer's slash and the grant for refresh tokens are what is generally known of it).
 *
 * - Its issuer ends in a slash, `https://<tenant>.<region>.auth0.com/`, and its console shows the domain without: either is taken.
 * - `groups` and `roles` are names that an Action cannot set: they come under a name of one's own, like `https://corp.example/groups`, which
 *   `groupsClaim` has to say.
 * - `offline_access` needs the grant "Refresh Token" in the application's advanced settings.
 */
export const auth0: Preset = {
  ...oidc,
  name: 'Auth0',
  issuerOf(options) {
    const issuer = requireIssuer(options)
    return issuer.endsWith('/') ? issuer : `${issuer}/`
  },
  offline: { default: true, scope: 'always' },
  clientAuthentication: 'client_secret_post',
  async factsOf(claims, options, upstream) {
    const facts = await oidc.factsOf(claims, options, upstream)
    return options.groupsClaim === oidc.groupsClaim
      ? { ...facts, groupsIncomplete: 'Auth0 tells groups under a name of your own alone: set "groupsClaim" to it' }
      : facts
  },
}
