import { askApi } from './ask-api.ts'
import type { Claims, Facts, Upstream } from './preset.ts'
import { groupsOf } from './read-claims.ts'

/**
 * Where Microsoft Graph is, by the cloud that the issuer is of (https://learn.microsoft.com/graph/deployments and
 * …/entra/identity-platform/authentication-national-cloud, read 2026-11-27 as their sources on GitHub). The department of defence signs in at
 * `login.microsoftonline.us` too, and has another Graph: its groups stay incomplete.
 */
const graphOf: Readonly<Record<string, string>> = {
  'login.microsoftonline.com': 'https://graph.microsoft.com',
  'login.microsoftonline.us': 'https://graph.microsoft.us',
  'login.partner.microsoftonline.cn': 'https://microsoftgraph.chinacloudapi.cn',
}

/**
 * The groups of a person, of Microsoft Graph where they were too many for the token
 * (https://learn.microsoft.com/graph/api/directoryobject-getmemberobjects, read 2026-11-27 as its source on GitHub, not its newest version). The address
 * that the token names for it is not asked: in older tokens it is one of a service that is gone, and no token says where to send another.
 */
export async function entraGroups(
  claims: Claims,
  groupsClaim: string,
  upstream: Upstream,
): Promise<Pick<Facts, 'groups' | 'groupsIncomplete'>> {
  const groups = groupsOf(claims, groupsClaim)
  if (groupsClaim !== 'groups' || !isOverage(claims)) return { groups }
  const graph = graphOf[new URL(upstream.issuer).hostname]
  if (graph === undefined)
    return {
      groups,
      groupsIncomplete: 'the person is in too many groups for the token, and no Microsoft Graph is known there',
    }
  const { status, body } = await askApi(upstream, `${graph}/v1.0/me/getMemberObjects`, {
    json: { securityEnabledOnly: false },
  })
  if (status !== 200)
    return {
      groups,
      groupsIncomplete: `the person is in too many groups for the token, and Microsoft Graph answered ${status}: the app registration needs the delegated permission User.Read`,
    }
  return { groups: groupsOf(typeof body === 'object' && body !== null ? { ...body } : {}, 'value') }
}

function isOverage({ hasgroups, _claim_names: names }: Claims): boolean {
  return (
    hasgroups === true || hasgroups === 'true' || (typeof names === 'object' && names !== null && 'groups' in names)
  )
}
