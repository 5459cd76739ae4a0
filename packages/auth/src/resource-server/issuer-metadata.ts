import { messageOf } from '../net/message-of.ts'
import { readText } from '../net/read-text.ts'
import { timedRequest } from '../net/timed-request.ts'
import { authorizationServerMetadataUrl } from '../protocol/metadata.ts'
import { isSecureUrl, originOf, pathOf, sameIdentifier } from '../protocol/resource.ts'
import type { ResolvedResourceServer } from './config.ts'

/** A URL that the metadata of an issuer names. Rejects where no metadata of it can be had, or it does not name an https URL there. */
export async function urlInMetadata(
  issuer: string,
  name: 'jwks_uri' | 'introspection_endpoint' | 'token_endpoint',
  options: Pick<ResolvedResourceServer, 'fetch'>,
): Promise<string> {
  const causes: unknown[] = []
  for (const url of metadataUrls(issuer)) {
    try {
      const metadata = (await readJson(url, options)) as { issuer?: unknown } & Record<string, unknown> // judged below
      const value = metadata[name]
      if (typeof metadata.issuer !== 'string' || !sameIdentifier(metadata.issuer, issuer))
        throw new Error(`the metadata at ${url} is of the issuer ${JSON.stringify(metadata.issuer)}`)
      if (typeof value !== 'string') throw new Error(`the metadata at ${url} has no "${name}"`)
      if (!isSecureUrl(value)) throw new Error(`the metadata at ${url} has a "${name}" that is no https URL`)
      return value
    } catch (cause) {
      causes.push(cause)
    }
  }
  throw new Error(`No metadata of ${issuer}: ${causes.map(messageOf).join('; ')}`)
}

/** RFC 8414 §3.1, then OpenID Connect Discovery §4 in both readings, as MCP demands of clients. */
export function metadataUrls(issuer: string): readonly string[] {
  return [authorizationServerMetadataUrl(issuer), ...openidConfigurationUrls(issuer)]
}

/** Where OpenID Connect has the metadata of an issuer: with its path behind the well-known segment, and before it. */
export function openidConfigurationUrls(issuer: string): readonly string[] {
  const origin = originOf(issuer)
  const path = pathOf(issuer).replace(/\/$/, '')
  const urls = [
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(urls)]
}

/** Reads a JSON object of an issuer. Rejects where there is none. */
export async function readJson(url: string, { fetch }: Pick<ResolvedResourceServer, 'fetch'>): Promise<unknown> {
  const { document } = await readDocument(url, { fetch })
  if (document === undefined) throw new Error(`${url} answered 404`)
  return document
}

/** Reads a JSON object of an issuer, and keeps its text; both `undefined` where the issuer says that there is none. Rejects in an outage. */
export async function readDocument(
  url: string,
  { fetch }: Pick<ResolvedResourceServer, 'fetch'>,
): Promise<{ document: object; text: string } | { document: undefined; text: undefined }> {
  const request = timedRequest(url, 5, {
    // A cache on the way must not bring back a key that was taken back.
    headers: { accept: 'application/json', 'cache-control': 'no-cache' },
    redirect: 'manual', // whatever it leads to is no 200; Workers know no 'error'
  })
  const response = await fetch(request)
  const text = await readText(response, url)
  if (response.status === 404 || response.status === 410) return { document: undefined, text: undefined }
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
  const document: unknown = JSON.parse(text)
  if (typeof document !== 'object' || document === null) throw new Error(`${url} is no JSON object`)
  return { document, text }
}
