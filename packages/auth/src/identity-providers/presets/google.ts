import { SignInFailure } from '../sign-in-failure.ts'
import { whoIs } from './oidc.ts'
import type { Claims, Facts, Preset } from './preset.ts'
import { emailOf, standardFacts, textOf } from './read-claims.ts'

const issuer = 'https://accounts.google.com'

/**
 * Google (https://developers.google.com/identity/openid-connect/openid-connect and …/reference, as a search excerpted them on 2026-11-27;
 * not read whole, and the rest is generally known).
 *
 * - `hd` in the request is advice to the page alone: whose account it is says the claim `hd`, which private accounts lack.
 * - A refresh token comes with `access_type=offline`, and again only with `prompt=consent`.
 * - `prompt` knows no `login`, and no `auth_time` is told: nobody proves anew here that they are who they are.
 * - Groups are in no token.
 * - Google vouches for an address at `gmail.com` or of the Workspace domain in `hd`; another one was verified when the account was made, and may be
 *   somebody else's by now.
 */
export const google: Preset = {
  name: 'Google',
  issuerOf(options) {
    if (options.issuer !== undefined && options.issuer !== issuer)
      throw new TypeError(
        `"issuer" of the identity provider "${options.id}" must be left out, since Google has one alone`,
      )
    return issuer
  },
  scopes: ['openid', 'profile', 'email'],
  offline: { default: 'consent', parameters: { access_type: 'offline' } },
  groupsClaim: 'groups',
  clientAuthentication: 'client_secret_post',
  userInfo: 'always',
  parametersOf: ({ hostedDomains = [] }) =>
    hostedDomains.length === 0 ? {} : { hd: hostedDomains.length === 1 ? (hostedDomains[0] ?? '*') : '*' },
  promptOf: ({ again, selectAccount }) => (again || selectAccount ? ['select_account'] : []),
  issuerOfToken: ({ iss }) => (iss === 'accounts.google.com' ? iss : issuer), // as Google documents it: either
  factsOf(claims, { hostedDomains }) {
    const domain = textOf(claims, 'hd')?.toLowerCase()
    if (hostedDomains !== undefined && !hostedDomains.some((each) => each.toLowerCase() === domain))
      throw new SignInFailure(
        'wrong_organisation',
        'This Google account is of none of the organisations that may sign in here',
        {
          told: domain === undefined ? 'a private account' : `of ${domain}`,
        },
      )
    return {
      ...standardFacts(claims, 'groups'),
      ...whoIs(claims),
      issuer,
      email: addressOf(claims, domain),
      hostedDomain: domain,
      groups: [],
      groupsIncomplete: 'Google tells no groups',
    }
  },
}

function addressOf(claims: Claims, domain: string | undefined): Facts['email'] {
  const isOwn = domain !== undefined || /@gmail\.com$/i.test(String(claims.email))
  return emailOf(claims, { isVerified: claims.email_verified === true && isOwn })
}
