import { originOf, pathOf } from './resource.ts'

/** A protected resource metadata document as it stands on the wire (RFC 9728 §2). */
export interface ProtectedResourceMetadata {
  resource: string
  authorization_servers: readonly string[]
  scopes_supported?: readonly string[]
  bearer_methods_supported: readonly string[]
  resource_name?: string
  resource_documentation?: string
}

/** An authorization server metadata document as it stands on the wire (RFC 8414 §2, RFC 9207 §3, RFC 9126 §5, RFC 8628 §4). */
export interface AuthorizationServerMetadata {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  registration_endpoint?: string
  revocation_endpoint?: string
  jwks_uri: string
  scopes_supported?: readonly string[]
  response_types_supported: readonly string[]
  response_modes_supported?: readonly string[]
  grant_types_supported: readonly string[]
  token_endpoint_auth_methods_supported: readonly string[]
  token_endpoint_auth_signing_alg_values_supported?: readonly string[]
  revocation_endpoint_auth_methods_supported?: readonly string[]
  revocation_endpoint_auth_signing_alg_values_supported?: readonly string[]
  introspection_endpoint?: string
  introspection_endpoint_auth_methods_supported?: readonly string[]
  introspection_endpoint_auth_signing_alg_values_supported?: readonly string[]
  code_challenge_methods_supported: readonly string[]
  authorization_response_iss_parameter_supported: boolean
  client_id_metadata_document_supported?: boolean
  pushed_authorization_request_endpoint?: string
  require_pushed_authorization_requests?: boolean
  device_authorization_endpoint?: string
  /** draft-ietf-oauth-identity-assertion-authz-grant, "Authorization Server Metadata". */
  authorization_grant_profiles_supported?: readonly string[]
  service_documentation?: string
}

/** Where the metadata of a resource that is an origin stands, and under which that of others does (RFC 9728 §3.1). */
export const protectedResourceWellKnown = '/.well-known/oauth-protected-resource'

/** The metadata URL of a resource: the well-known segment inserted between host and path (RFC 9728 §3.1). */
export function protectedResourceMetadataUrl(resource: string): string {
  return `${originOf(resource)}${protectedResourceWellKnown}${pathOf(resource)}`
}

/** The metadata URL of an authorization server: likewise, and without a slash at the end of the path (RFC 8414 §3.1). */
export function authorizationServerMetadataUrl(issuer: string): string {
  return `${originOf(issuer)}/.well-known/oauth-authorization-server${pathOf(issuer).replace(/\/$/, '')}`
}
