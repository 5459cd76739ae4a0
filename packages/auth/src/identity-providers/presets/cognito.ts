import { requireIssuer, whoIs } from './oidc.ts'
import type { Preset } from './preset.ts'
import { emailOf, saysVerified, standardFacts, textOf } from './read-claims.ts'

/**
 * Amazon Cognito user pools (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html and
 * …/userinfo-endpoint.html: an archived source of both was read on 2026-11-27, today's pages as a search excerpted them; what userinfo says of
 * verified addresses, and that `offline_access` is refused, is what users report: github.com/zitadel/oidc/pull/139, github.com/onyx-dot-app/onyx/issues/11931).
 *
 * - The issuer, `https://cognito-idp.<region>.amazonaws.com/<pool>`, is not where people sign in, `https://<domain>.auth.<region>.amazoncognito.com`:
 *   its metadata leads there.
 * - Userinfo has `email_verified` as the text "true", the ID token as true.
 * - `offline_access` is a scope that it refuses; a refresh token comes by itself.
 */
export const cognito: Preset = {
  name: 'Amazon Cognito',
  issuerOf(options) {
    const issuer = requireIssuer(options)
    if (/\.amazoncognito\.com$/.test(new URL(issuer).hostname))
      throw new TypeError(
        `"issuer" of the identity provider "${options.id}" is the domain at which people sign in; it must be https://cognito-idp.<region>.amazonaws.com/<pool id>`,
      )
    return issuer
  },
  scopes: ['openid', 'profile', 'email'],
  offline: { default: true },
  groupsClaim: 'cognito:groups',
  clientAuthentication: 'client_secret_post',
  userInfo: 'without ID token',
  factsOf: (claims, { groupsClaim }) => ({
    ...standardFacts(claims, groupsClaim),
    ...whoIs(claims),
    userName: textOf(claims, 'preferred_username') ?? textOf(claims, 'cognito:username') ?? textOf(claims, 'username'),
    email: emailOf(claims, { isVerified: saysVerified(claims) }),
  }),
}
