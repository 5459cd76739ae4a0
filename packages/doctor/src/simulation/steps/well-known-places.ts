const resourceMetadata = '/.well-known/oauth-protected-resource'
const oauth = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'

/** RFC 9728 §3.1: before the path of the resource, with its query. */
export function resourceMetadataAtPath(resource: string): string {
  const { origin, pathname, search } = new URL(resource)
  return `${origin}${resourceMetadata}${withoutSlash(pathname)}${search}`
}

/** Behind the path, where the RFC has none. */
export function resourceMetadataBehindPath(resource: string): string {
  const { origin, pathname } = new URL(resource)
  return `${origin}${withoutSlash(pathname)}${resourceMetadata}`
}

export function resourceMetadataAtRoot(resource: string): string {
  return `${new URL(resource).origin}${resourceMetadata}`
}

/** A place where the metadata of an authorization server may be, and the specification that says so. */
export interface AuthorizationServerPlace {
  readonly url: string
  readonly kind: 'oauth' | 'openid'
}

/** RFC 8414 §3.1, the same for OpenID, then OpenID Connect Discovery §4: the order of the MCP specification. */
export function authorizationServerPlaces(issuer: string): readonly AuthorizationServerPlace[] {
  const { origin, pathname } = new URL(issuer)
  const path = withoutSlash(pathname)
  const inserted: AuthorizationServerPlace[] = [
    { url: `${origin}${oauth}${path}`, kind: 'oauth' },
    { url: `${origin}${openid}${path}`, kind: 'openid' },
  ]
  return path === '' ? inserted : [...inserted, { url: `${origin}${path}${openid}`, kind: 'openid' }]
}

/** Where RFC 8414 has it only for issuers without a path. */
export function authorizationServerAtRoot(issuer: string): string {
  return `${new URL(issuer).origin}${oauth}`
}

function withoutSlash(pathname: string): string {
  return pathname.endsWith('/') ? pathname.slice(0, -1) : pathname
}
