import type { Switches } from './switches.ts'

/**
 * What Clerk says of itself. The fields and their order are those of the sample on "How Clerk implements OAuth"
 * (https://clerk.com/docs/guides/configure/auth-strategies/oauth/how-clerk-implements-oauth, as of 2026-11), for an instance without organisations, without
 * the device grant and without client ID metadata documents, which are off unless they are asked for. `registration_endpoint` and `client_secret_post` are
 * as a development instance with dynamic client registration has them (seen in 2026-05). `userinfo_endpoint` stands in the OpenID configuration.
 */
export function authorizationServerMetadata(issuer: string, { dynamicClientRegistration, metadataWithout }: Switches) {
  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    ...(dynamicClientRegistration && { registration_endpoint: `${issuer}/oauth/register` }),
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'none', 'client_secret_post'],
    scopes_supported: ['openid', 'profile', 'email', 'public_metadata', 'private_metadata', 'offline_access'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'email', 'name'],
    service_documentation: 'https://clerk.com/docs',
    ui_locales_supported: ['en'],
    op_tos_uri: 'https://clerk.com/legal/standard-terms',
    code_challenge_methods_supported: ['S256'],
  }
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !metadataWithout.includes(name)))
}

export function openidConfiguration(issuer: string, switches: Switches) {
  return { ...authorizationServerMetadata(issuer, switches), userinfo_endpoint: `${issuer}/oauth/userinfo` }
}
