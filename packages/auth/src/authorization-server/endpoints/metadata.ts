import type { SigningAlgorithm } from '../../jwt/sign.ts'
import { clientAssertionAlgorithms } from '../../jwt/verify-client-assertion.ts'
import type { AuthorizationServerMetadata } from '../../protocol/metadata.ts'
import type { ResolvedOptions } from '../config.ts'
import { offeredGrantTypes } from '../grants/grant-types.ts'
import { identityAssertionProfile } from '../grants/identity-assertion/identity-assertion.ts'
import { claimsOfScope, offeredClaimScopes, offeredOpenidScopes } from '../openid/scopes.ts'
import { isIntrospectionOfClients, isIntrospectionOffered } from './introspect.ts'

const authenticationMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']

/**
 * The documents that describe this server (RFC 8414 §2, RFC 9207 §3, OpenID Connect Discovery §3). Nothing stands there that is not enforced
 * (law 13). `openid` stands in the document of OpenID Connect alone: MCP clients read the other one, and some ask for all that it names.
 */
export function metadataDocuments(options: ResolvedOptions): {
  authorizationServer: string
  openidConfiguration: (algorithms: readonly SigningAlgorithm[]) => string
} {
  const { issuer, resources, clientDocuments, pushedRequests, deviceAuthorization, identityAssertionIssuers } = options
  const base = issuer.replace(/\/$/, '')
  const metadata: AuthorizationServerMetadata = {
    issuer,
    authorization_endpoint: `${base}/authorize`,
    token_endpoint: `${base}/token`,
    registration_endpoint: `${base}/register`,
    revocation_endpoint: `${base}/revoke`,
    jwks_uri: `${base}/jwks`,
    scopes_supported: [...new Set(resources.flatMap(({ advertisedScopes }) => advertisedScopes))],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [...offeredGrantTypes(options).keys()],
    token_endpoint_auth_methods_supported: authenticationMethods,
    revocation_endpoint_auth_methods_supported: authenticationMethods,
    token_endpoint_auth_signing_alg_values_supported: clientAssertionAlgorithms,
    revocation_endpoint_auth_signing_alg_values_supported: clientAssertionAlgorithms,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    ...(pushedRequests !== undefined && {
      pushed_authorization_request_endpoint: `${base}/par`,
      require_pushed_authorization_requests: pushedRequests.required,
    }),
    ...(deviceAuthorization !== undefined && { device_authorization_endpoint: `${base}/device_authorization` }),
    ...(clientDocuments !== undefined && { client_id_metadata_document_supported: true }),
    ...(identityAssertionIssuers.length > 0 && { authorization_grant_profiles_supported: [identityAssertionProfile] }),
    ...(isIntrospectionOffered(options) && {
      introspection_endpoint: `${base}/introspect`,
      introspection_endpoint_auth_methods_supported: introspectionMethods(options),
      ...(isIntrospectionOfClients(options) && {
        introspection_endpoint_auth_signing_alg_values_supported: clientAssertionAlgorithms,
      }),
    }),
  }
  const made = new Map<string, string>()
  return {
    authorizationServer: JSON.stringify(metadata),
    openidConfiguration(algorithms) {
      const name = algorithms.join(' ')
      const document = made.get(name) ?? JSON.stringify({ ...metadata, ...openidMetadata(options, algorithms) })
      made.set(name, document)
      return document
    },
  }
}

function openidMetadata(options: ResolvedOptions, algorithms: readonly SigningAlgorithm[]): Record<string, unknown> {
  const { issuer, resources, interaction } = options
  return {
    userinfo_endpoint: `${issuer.replace(/\/$/, '')}/userinfo`,
    scopes_supported: [
      ...new Set([...offeredOpenidScopes(options), ...resources.flatMap(({ advertisedScopes }) => advertisedScopes)]),
    ],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: algorithms,
    claims_supported: [
      ...['iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'nonce', 'at_hash'],
      ...offeredClaimScopes(interaction).flatMap((scope) => claimsOfScope[scope]),
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    request_uri_parameter_supported: false, // it would be taken for supported where nothing is said (§3)
  }
}

/** Readers show a Bearer token: types of access tokens may stand among the methods (RFC 8414 §2). */
function introspectionMethods(options: ResolvedOptions): readonly string[] {
  return [
    ...authenticationMethods.filter((method) => method !== 'none' && isIntrospectionOfClients(options)),
    ...(options.introspectionReaders.length > 0 ? ['Bearer'] : []),
  ]
}
