import { SignInFailure } from '../sign-in-failure.ts'
import { whoIs } from './oidc.ts'
import type { Claims, Facts, Preset } from './preset.ts'
import { emailOf, saysVerified, standardFacts, textOf } from './read-claims.ts'

const issuer = 'https://accounts.google.com'

/**
 * Google (https://developers.google.com/identity/openid-connect/openid-connect, its version of 2026-03-24, read whole on 2026-11-27 as a copy; and
 * …/reference, as a search excerpted it).
 *
 * - `hd` in the request is advice to the page alone: whose account it is says the claim `hd`, which private accounts lack.
 * - A refresh token comes with `access_type=offline`, and again only with `prompt=consent`.
 * - `prompt` knows no `login`: nobody can be asked to prove anew who they are, so `auth_time`, which is told where it is asked for and enabled in
 *   the settings there, is not asked for.
 * - Groups are in no token.
 * - Google vouches for an address at `gmail.com` or of the Workspace domain in `hd`; another one was verified when the account was made, and may be
 *   somebody else's by now. `email_verified` is a boolean by its description, and the text "true" in the example beside it: either is taken.
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
  return emailOf(claims, { isVerified: saysVerified(claims) && isOwn })
}
