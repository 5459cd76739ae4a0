import { messageOf } from '../net/message-of.ts'
import { authorizationServerMetadataUrl } from '../protocol/metadata.ts'
import { openidConfigurationUrls, readDocument, readJson } from '../resource-server/issuer-metadata.ts'
import type { ResolvedIssuer } from '../resource-server/trusted-issuer.ts'
import type { ResolvedCheck } from './config.ts'

/** What was seen of an issuer. */
export interface IssuerEvidence {
  /** The places of its metadata, in the order in which MCP wants clients to look. */
  places: readonly MetadataPlace[]
  /** Its keys, or why they cannot be had; `undefined` where nothing says where they are. */
  keys: { keys: readonly Record<string, unknown>[] } | { failure: string } | undefined
}

export interface MetadataPlace {
  /** Its name in the data of `@portcullis/clients`. */
  name: 'oauth_inserted' | 'openid_inserted' | 'openid_appended'
  url: string
  document: Record<string, unknown> | undefined
  /** Why there is no document, where it is not that the issuer has none there. */
  failure?: string
}

type Fetch = (request: Request) => Promise<Response>

export async function lookAtIssuer({
  trusted,
  fetch,
}: Pick<ResolvedCheck, 'trusted' | 'fetch'>): Promise<IssuerEvidence> {
  const [openidInserted = '', openidAppended = openidInserted] = openidConfigurationUrls(trusted.issuer)
  const places = await Promise.all([
    look('oauth_inserted', authorizationServerMetadataUrl(trusted.issuer), fetch),
    look('openid_inserted', openidInserted, fetch),
    look('openid_appended', openidAppended, fetch),
  ])
  return { places, keys: await keysOf(trusted, places, fetch) }
}

async function look(name: MetadataPlace['name'], url: string, fetch: Fetch): Promise<MetadataPlace> {
  try {
    const { document } = await readDocument(url, { fetch })
    return { name, url, document: document && { ...document } }
  } catch (cause) {
    return { name, url, document: undefined, failure: messageOf(cause) }
  }
}

async function keysOf(
  { jwks, jwksUri }: ResolvedIssuer,
  places: readonly MetadataPlace[],
  fetch: Fetch,
): Promise<IssuerEvidence['keys']> {
  const url = jwksUri ?? places.map(({ document }) => document?.jwks_uri).find((uri) => typeof uri === 'string')
  try {
    if (jwks !== undefined) return keysIn(await jwks())
    return url === undefined ? undefined : keysIn(await readJson(url, { fetch }))
  } catch (cause) {
    return { failure: messageOf(cause) }
  }
}

function keysIn(document: unknown): IssuerEvidence['keys'] {
  const keys: unknown = typeof document === 'object' && document !== null ? Reflect.get(document, 'keys') : undefined
  if (!Array.isArray(keys)) return { failure: 'what is there is no set of keys (RFC 7517 §5)' }
  return { keys: keys.map((key: unknown) => (typeof key === 'object' && key !== null ? { ...key } : {})) }
}
