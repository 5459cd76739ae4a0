import type { ClientMetadata } from './client-metadata.ts'
import { formatScope } from './scope.ts'

/** Client metadata in the words of RFC 7591 §2, as an answer to a registration has it. `parseClientMetadata` reads it back. */
export function formatClientMetadata(metadata: ClientMetadata): Record<string, unknown> {
  const fields = {
    redirect_uris: metadata.redirectUris,
    token_endpoint_auth_method: metadata.authenticationMethod,
    jwks: metadata.keys?.kind === 'inline' ? metadata.keys.jwks : undefined,
    jwks_uri: metadata.keys?.kind === 'uri' ? metadata.keys.uri : undefined,
    grant_types: metadata.grantTypes,
    response_types: metadata.grantTypes.includes('authorization_code') ? ['code'] : [],
    require_pushed_authorization_requests: metadata.requirePushedRequests,
    scope: metadata.scope && formatScope(metadata.scope),
    client_name: metadata.clientName,
    client_uri: metadata.clientUri,
    logo_uri: metadata.logoUri,
    policy_uri: metadata.policyUri,
    tos_uri: metadata.tosUri,
    contacts: metadata.contacts,
    software_id: metadata.softwareId,
    software_version: metadata.softwareVersion,
    application_type: metadata.applicationType,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
