import type { Answer, WireRequest } from './wire.ts'

/** The server that is attacked, as its own metadata describes it. */
export interface Target {
  issuer: string
  /** RFC 8414 §2, as it came. */
  metadata: Readonly<Record<string, unknown>>
  /** Where the metadata was found. */
  metadataUrl: string
  /** The resource that tokens are asked for (RFC 8707). */
  resource: string | undefined
  /** What is asked for. */
  scope: string | undefined
  isLoopback: boolean
}

/** Finds the metadata of an issuer (RFC 8414 §3, OpenID Connect Discovery §4). Throws where there is none. */
export async function discover(
  issuer: string,
  send: (request: WireRequest) => Promise<Answer>,
  { resource, scope }: { resource: string | undefined; scope: string | undefined },
): Promise<Target> {
  const { origin, pathname, hostname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
    `${origin}${path}/.well-known/oauth-authorization-server`,
  ]
  for (const metadataUrl of new Set(places)) {
    const { status, json } = await send({ url: metadataUrl })
    if (status !== 200 || typeof json.authorization_endpoint !== 'string') continue
    return {
      issuer: typeof json.issuer === 'string' ? json.issuer : issuer,
      metadata: json,
      metadataUrl,
      resource,
      scope,
      isLoopback: /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname),
    }
  }
  throw new Error(`${issuer} has no metadata at ${places.join(', ')}`)
}

/** A URL of the metadata; `undefined` where it is not there. */
export function endpointOf({ metadata }: Target, name: string): string | undefined {
  const value = metadata[name]
  return typeof value === 'string' ? value : undefined
}

/** A list of the metadata; `undefined` where it is not there. */
export function listOf({ metadata }: Target, name: string): readonly string[] | undefined {
  const value = metadata[name]
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : undefined
}

/** The origins at which the server's own pages are. */
export function originsOf(target: Target, more: readonly string[]): ReadonlySet<string> {
  const urls = [target.issuer, endpointOf(target, 'authorization_endpoint') ?? target.issuer, ...more]
  return new Set(urls.map((url) => new URL(url).origin))
}
