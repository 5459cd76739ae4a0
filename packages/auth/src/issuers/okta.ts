import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import { type IssuerPresetOptions, requireIssuer } from './preset.ts'

/**
 * Okta (https://developer.okta.com/docs/guides/validate-access-tokens/ and https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/customas,
 * read 2026-11-27). The issuer is that of a custom authorization server, `https://<org>.okta.com/oauth2/<id>`: tokens of the organisation's
 * own are for Okta alone.
 *
 * - The audience is one setting of the authorization server, and so there is one for each MCP server. `resource` is not looked at.
 * - Tokens have no type in their header, the scope as a list (`scp`) and the client as `cid`.
 * - There are no roles; a claim `groups` may be added to the authorization server.
 * - What its metadata have as `registration_endpoint` wants a token of an administrator.
 */
export function okta(options: IssuerPresetOptions): TrustedIssuer {
  requireIssuer('okta', options.issuer, {
    form: /^https?:\/\/(?![^/]*-admin\.okta)[^/]+\/oauth2\/[^/]+$/,
    wanted: 'that of a custom authorization server, https://<org>.okta.com/oauth2/<id>',
  })
  return {
    tokenType: 'any',
    roleClaims: ['roles', 'groups'],
    advice: {
      vendor: 'Okta',
      audience:
        'In Okta: Security → API → Authorization Servers → the one of this server → Settings: set Audience to the URL of this server',
      registration:
        'Okta registers no clients that it does not know: create an app for each client (Applications → Create App Integration → OIDC) and have people type its client ID into theirs, or let Portcullis be the authorization server in front of Okta',
      registersAnybody: false,
      resourceParameter: 'ignored',
    },
    ...options,
  }
}
