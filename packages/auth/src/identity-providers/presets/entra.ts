import type { IdentityProviderOptions } from '../config.ts'
import { SignInFailure } from '../sign-in-failure.ts'
import { entraGroups } from './entra-groups.ts'
import { requireIssuer } from './oidc.ts'
import type { Claims, Preset } from './preset.ts'
import { emailOf, standardFacts } from './read-claims.ts'

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const anyTenant = '{tenantid}'

/**
 * Microsoft Entra ID (https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference, …/claims-validation and
 * …/optional-claims-reference, read 2026-11-27 as their sources at github.com/MicrosoftDocs/entra-docs, the last two in versions of 2023 and 2024).
 *
 * - Its v2.0 endpoint alone: v1.0 tokens name another issuer, and are refused with a word about it.
 * - `organizations` and `common` let in everybody who has an account with Microsoft: they are taken with a list of tenants alone. Their metadata name the
 *   issuer with `{tenantid}`, in whose place the token has its tenant's.
 * - A person is `oid` within the tenant of the issuer. `sub` is another one for each app registration, so that a registration made anew would make
 *   strangers of all people.
 * - `email` is what an administrator of any tenant wrote: it counts as verified only with the optional claim `xms_edov`.
 * - Whoever is in more than 200 groups has none in the token, but a word that says so: Microsoft Graph is asked then, for which `User.Read` is enough.
 * - `resource` is refused (AADSTS9010010, as users report: github.com/punkpeye/mcp-remote/issues/217); none is sent, nor `prompt=consent`, which tenants refuse where administrators alone consent.
 */
export const entra: Preset = {
  name: 'Microsoft',
  issuerOf(options) {
    const { id, tenant, tenants } = options
    if (tenant === undefined) return requireV2(requireIssuer(options), id)
    if (options.issuer !== undefined)
      throw new TypeError(`the identity provider "${id}" must have "issuer" or "tenant", not both`)
    if (isShared(tenant)) requireTenants(tenants, id)
    else if (!guid.test(tenant))
      throw new TypeError(
        `"tenant" of the identity provider "${id}" must be the tenant's id (a GUID in lower case, "Directory (tenant) ID"), "organizations" or "common", but is "${tenant}"`,
      )
    return `https://login.microsoftonline.com/${tenant}/v2.0`
  },
  issuerInMetadata: ({ tenant, issuer }) =>
    tenant === undefined
      ? String(issuer)
      : `https://login.microsoftonline.com/${isShared(tenant) ? anyTenant : tenant}/v2.0`,
  issuerOfToken(unverified, { tenant, tenants = [] }, inMetadata) {
    const { iss, ver, tid } = unverified
    if (ver === '1.0' || String(iss).startsWith('https://sts.windows.net/'))
      throw new SignInFailure(
        'misconfigured',
        'Microsoft gave a token of its v1.0 endpoint, which is not taken: the issuer must end in /v2.0',
      )
    if (tenant === undefined || !isShared(tenant)) return inMetadata
    if (typeof tid !== 'string' || !tenants.includes(tid))
      throw new SignInFailure(
        'wrong_organisation',
        'This Microsoft account is of none of the organisations that may sign in here',
        {
          told: `the tenant ${String(tid)}`,
        },
      )
    return inMetadata.replace(anyTenant, tid)
  },
  scopes: ['openid', 'profile', 'email', 'User.Read'],
  offline: { default: true, scope: 'always' },
  groupsClaim: 'groups',
  clientAuthentication: 'client_secret_post',
  userInfo: 'without ID token',
  async factsOf(claims, { groupsClaim }, upstream) {
    return {
      ...standardFacts(claims, groupsClaim),
      ...personOf(claims),
      email: emailOf(claims, { isVerified: [true, 1, '1', 'true'].some((yes) => yes === claims.xms_edov) }),
      ...(await entraGroups(claims, groupsClaim, upstream)),
    }
  },
}

function personOf({ iss, oid, tid }: Claims): { issuer: string; subject: string } {
  // The issuer was verified; a token whose tenant is another than its issuer's is of nobody.
  if (typeof oid !== 'string' || oid === '' || typeof tid !== 'string' || !String(iss).includes(`/${tid}/`))
    throw new SignInFailure('token_refused', 'Microsoft’s answer does not say who you are in which tenant')
  return { issuer: String(iss), subject: oid }
}

function isShared(tenant: string): boolean {
  return tenant === 'organizations' || tenant === 'common'
}

function requireTenants(tenants: IdentityProviderOptions['tenants'], id: string): void {
  if (tenants === undefined || tenants.length === 0 || !tenants.every((each) => guid.test(each)))
    throw new TypeError(
      `"tenants" of the identity provider "${id}" must list the ids of the tenants whose people may sign in: everybody who has an account with Microsoft could otherwise`,
    )
}

function requireV2(issuer: string, id: string): string {
  if (!/^https:\/\/[^/]+\/[0-9a-f-]{36}\/v2\.0$/.test(issuer))
    throw new TypeError(
      `"issuer" of the identity provider "${id}" must be https://<host>/<tenant id>/v2.0, but is "${issuer}"`,
    )
  return issuer
}
