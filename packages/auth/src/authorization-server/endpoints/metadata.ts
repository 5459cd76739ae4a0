import { clientAssertionAlgorithms } from '../../jwt/verify-client-assertion.ts'
import type { AuthorizationServerMetadata } from '../../protocol/metadata.ts'
import type { ResolvedOptions } from '../config.ts'
import { offeredGrantTypes } from '../grants/grant-types.ts'

const authenticationMethods = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']

/** The documents that describe this server, made once (RFC 8414 §2, RFC 9207 §3). Nothing stands there that is not enforced (law 13). */
export function metadataDocuments(options: ResolvedOptions): {
  authorizationServer: string
  openidConfiguration: string
} {
  const { issuer, resources, clientDocuments } = options
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
    ...(clientDocuments !== undefined && { client_id_metadata_document_supported: true }),
  }
  // Law 13's one exception: parsers of OpenID Connect documents demand these three, and clients look at that location.
  const openid = { ...metadata, subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['ES256'] }
  return { authorizationServer: JSON.stringify(metadata), openidConfiguration: JSON.stringify(openid) }
}
