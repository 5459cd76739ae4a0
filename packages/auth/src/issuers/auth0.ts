import type { TrustedIssuer } from '../resource-server/trusted-issuer.ts'
import { type IssuerPresetOptions, requireIssuer } from './preset.ts'

/**
 * Auth0 (https://auth0.com/docs/secure/tokens/access-tokens/access-token-profiles and
 * https://auth0.com/ai/docs/mcp/guides/resource-param-compatibility-profile, read 2026-11-27).
 *
 * - Its issuer ends in a slash, and its console shows the domain without: either is taken.
 * - The audience is the identifier of an API; a second one is that of userinfo. `resource` counts once the compatibility profile is on.
 * - Tokens have the type `JWT`, or `at+jwt` with the RFC 9068 profile of the API.
 * - With RBAC, `permissions` says what the person may do, whatever the client was granted: roles here, never scope.
 */
export function auth0(options: IssuerPresetOptions): TrustedIssuer {
  const { issuer, ...rest } = options
  requireIssuer('auth0', issuer, {
    form: /^https?:\/\/[^/]+\/?$/,
    wanted: 'https://<tenant>.<region>.auth0.com/, or your own domain',
  })
  return {
    issuer: issuer.endsWith('/') ? issuer : `${issuer}/`,
    tokenType: 'any',
    roleClaims: ['permissions'],
    advice: {
      vendor: 'Auth0',
      audience:
        'In Auth0: Applications → APIs: create an API whose identifier is the URL of this server, byte for byte, and switch on Settings → Advanced → Resource Parameter Compatibility Profile',
      registration:
        'In Auth0: Settings → Advanced: switch on Dynamic Client Registration (or client ID metadata documents), and promote a connection to domain level so that such clients can sign people in',
      resourceParameter: 'unknown',
    },
    ...rest,
  }
}
