import { whyNotIdentifier } from '../../protocol/resource.ts'
import type { IdentityProviderOptions } from '../config.ts'
import type { Claims, Preset } from './preset.ts'
import { standardFacts } from './read-claims.ts'

/** Any OpenID Connect provider, by its issuer alone. A refresh token is asked for where the metadata offers `offline_access`. */
export const oidc: Preset = {
  name: 'OpenID Connect',
  issuerOf: requireIssuer,
  scopes: ['openid', 'profile', 'email'],
  offline: { default: true, scope: 'where offered' },
  groupsClaim: 'groups',
  userInfo: 'always',
  factsOf: (claims, { groupsClaim }) => ({ ...whoIs(claims), ...standardFacts(claims, groupsClaim) }),
}

/** The issuer that the options name. Throws `TypeError` where they name none that can stand. */
export function requireIssuer({ id, issuer }: IdentityProviderOptions): string {
  if (issuer === undefined) throw new TypeError(`the identity provider "${id}" must have an "issuer"`)
  const whyNot = whyNotIdentifier(issuer)
  if (whyNot !== undefined) throw new TypeError(`"issuer" of the identity provider "${id}" ${whyNot}`)
  return issuer
}

/** The two claims that name a person; both were verified to be text. */
export function whoIs({ iss, sub }: Claims): { issuer: string; subject: string } {
  return { issuer: String(iss), subject: String(sub) }
}
