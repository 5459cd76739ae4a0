import { whyNotIdentifier } from '../../protocol/resource.ts'
import { githubPerson } from './github-person.ts'
import type { Preset } from './preset.ts'

const github_com = 'https://github.com'

/**
 * GitHub, and GitHub Enterprise Server by `issuer` (https://docs.github.com/apps/github-authentication-discovery-endpoints and
 * …/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors, read 2026-11-27 as their sources at github.com/github/docs;
 * …/building-oauth-apps/authorizing-oauth-apps in older versions alone, which did not have the next two).
 *
 * - It speaks OAuth 2.0 alone, and gives no ID token: who somebody is says its API. The metadata that it publishes are for its MCP server.
 * - Errors of the token endpoint come with status 200.
 * - PKCE is supported since 2025-07-14, S256 alone (https://github.blog/changelog/2025-07-14-pkce-support-for-oauth-and-github-app-authentication, as
 *   a search excerpted it), and not demanded. What does not know it, as Enterprise Servers from before, is taken to pass over it: that was not tried.
 * - Access tokens of OAuth apps do not end unless the app's settings or the scope `offline_access` say so; then a refresh token comes along
 *   (https://github.com/orgs/community/discussions/204963, as a search excerpted it). Either is asked with later.
 * - Nothing tells when a person signed in, and nothing asks them to do so anew: `prompt` knows `select_account` alone.
 */
export const github: Preset = {
  name: 'GitHub',
  issuerOf({ id, issuer = github_com, clientSecret }) {
    const whyNot = whyNotIdentifier(issuer)
    if (whyNot !== undefined) throw new TypeError(`"issuer" of the identity provider "${id}" ${whyNot}`)
    if (clientSecret === undefined)
      throw new TypeError(`the identity provider "${id}" must have a "clientSecret": GitHub takes no client without`)
    return issuer
  },
  metadataOf: (issuer) => ({
    issuer: `${issuer}/login/oauth`,
    authorization_endpoint: `${issuer}/login/oauth/authorize`,
    token_endpoint: `${issuer}/login/oauth/access_token`,
  }),
  scopes: ['read:user', 'user:email', 'read:org'],
  offline: { default: true },
  groupsClaim: 'groups',
  clientAuthentication: 'client_secret_post',
  userInfo: 'always',
  parametersOf: (_, { loginHint }) => (loginHint === undefined ? {} : { login: loginHint }),
  promptOf: ({ again, selectAccount }) => (again || selectAccount ? ['select_account'] : []),
  factsOf: (_, { organisations }, upstream) =>
    githubPerson(upstream, {
      api: upstream.issuer === github_com ? 'https://api.github.com' : `${upstream.issuer}/api/v3`,
      organisations,
    }),
}
