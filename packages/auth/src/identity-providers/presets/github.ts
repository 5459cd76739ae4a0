import { whyNotIdentifier } from '../../protocol/resource.ts'
import { githubPerson } from './github-person.ts'
import type { Preset } from './preset.ts'

const github_com = 'https://github.com'

/**
 * GitHub, and GitHub Enterprise Server by `issuer` (https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps and
 * …/apps/github-authentication-discovery-endpoints, read 2026-11-27).
 *
 * - It speaks OAuth 2.0 alone, and gives no ID token: who somebody is says its API. The metadata that it publishes are for its MCP server.
 * - Errors of the token endpoint come with status 200.
 * - PKCE S256 is supported since 2025-07-14; Enterprise Servers that do not know it ignore it.
 * - Access tokens of OAuth apps do not end unless the app says so (since 2026-08-14 new ones do, with refresh tokens): either is asked with later.
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
