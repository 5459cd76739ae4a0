import type { RmcpServerMetadata } from './rmcp-server-metadata.ts'

/**
 * Why Codex does not take the endpoints for those of the issuer (`validate_authorization_server_endpoints`): where the server does not
 * promise to say who it is in its answer (RFC 9207), the authorization endpoint must be at the issuer's origin, or at the token endpoint's.
 */
export function unboundEndpoint(metadata: RmcpServerMetadata): string | undefined {
  const endpoint = originOf(metadata.authorizationEndpoint)
  if (endpoint === undefined) return 'OAuth authorization endpoint must be a valid URL'
  const issuer = metadata.issuer?.trim() || undefined
  if (issuer !== undefined && !URL.canParse(issuer)) return 'OAuth authorization server issuer must be a valid URL'
  if (metadata.document.authorization_response_iss_parameter_supported === true)
    return issuer === undefined ? 'OAuth issuer-bound callbacks require an authorization server issuer' : undefined

  const token = originOf(metadata.tokenEndpoint)
  if (token === undefined) return 'OAuth token endpoint must be a valid URL'
  if (endpoint === token || (issuer !== undefined && (endpoint === originOf(issuer) || excepted.has(issuer))))
    return undefined
  const which = issuer === undefined ? 'token' : 'authorization'
  return `OAuth ${which} endpoint origin does not match the authorization server origin without issuer-bound callbacks`
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

/** Codex names these two. */
const excepted = new Set(['https://api.figma.com', 'https://api.figma.com/', 'https://agent.robinhood.com/mcp/trading'])
