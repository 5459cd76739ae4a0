import { originOf, pathOf, protectedResourceMetadataUrl } from '@portcullis/auth/protocol'

/** Where the metadata of a protected resource may be, beside where its challenge points. */
export interface ResourceMetadataPlaces {
  /** Before the path (RFC 9728 §3.1). */
  readonly path: string
  readonly root: string
  /** Behind the path, where some clients look as well. */
  readonly suffix: string
}

export function resourceMetadataPlaces(target: string): ResourceMetadataPlaces {
  const path = pathOf(target).replace(/\/$/, '')
  return {
    path: protectedResourceMetadataUrl(target),
    root: `${originOf(target)}/.well-known/oauth-protected-resource`,
    suffix: `${originOf(target)}${path}/.well-known/oauth-protected-resource`,
  }
}

export interface ServerMetadataPlace {
  readonly kind: 'oauth' | 'openid'
  readonly url: string
}

/** Where clients look for the metadata of an issuer, in the order of the MCP specification (RFC 8414 §3.1 and §5, OpenID Connect Discovery §4). */
export function serverMetadataPlaces(issuer: string): readonly ServerMetadataPlace[] {
  const origin = originOf(issuer)
  const path = pathOf(issuer).replace(/\/$/, '')
  const inserted: readonly ServerMetadataPlace[] = [
    { kind: 'oauth', url: `${origin}/.well-known/oauth-authorization-server${path}` },
    { kind: 'openid', url: `${origin}/.well-known/openid-configuration${path}` },
  ]
  if (path === '') return inserted
  return [...inserted, { kind: 'openid', url: `${origin}${path}/.well-known/openid-configuration` }]
}

/** Where documents stand by mistake, and only some clients look. */
export function mistakenServerMetadataPlaces(issuer: string, target: string): readonly ServerMetadataPlace[] {
  const origin = originOf(issuer)
  const path = pathOf(issuer).replace(/\/$/, '')
  const places: readonly ServerMetadataPlace[] = [
    { kind: 'oauth', url: `${origin}${path}/.well-known/oauth-authorization-server` },
    { kind: 'oauth', url: `${origin}/.well-known/oauth-authorization-server` },
    { kind: 'openid', url: `${origin}/.well-known/openid-configuration` },
    ...mcpHostServerMetadataPlaces(target),
  ]
  const right = new Set(serverMetadataPlaces(issuer).map(({ url }) => url))
  return places.filter(({ url }, at) => !right.has(url) && places.findIndex((other) => other.url === url) === at)
}

/** Some clients ask the MCP host, whatever its metadata says. */
export function mcpHostServerMetadataPlaces(target: string): readonly ServerMetadataPlace[] {
  const root: ServerMetadataPlace = {
    kind: 'oauth',
    url: `${originOf(target)}/.well-known/oauth-authorization-server`,
  }
  const path = pathOf(target).replace(/\/$/, '')
  return path === '' ? [root] : [root, { kind: 'oauth', url: `${root.url}${path}` }]
}
