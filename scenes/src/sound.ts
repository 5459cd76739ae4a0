import type { Place } from './scene.ts'

/** The documents of a sound server. */
export function resourceMetadata({ target, origin }: Place) {
  return { resource: target, authorization_servers: [origin], bearer_methods_supported: ['header'] }
}

export function authorizationServerMetadata({ origin }: Place) {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    registration_endpoint: `${origin}/register`,
    jwks_uri: `${origin}/jwks`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_methods_supported: ['none'],
    code_challenge_methods_supported: ['S256'],
  }
}

/** Where the metadata of the resource belongs. */
export function metadataUrl({ origin, path }: Place): string {
  return `${origin}/.well-known/oauth-protected-resource${path}`
}
