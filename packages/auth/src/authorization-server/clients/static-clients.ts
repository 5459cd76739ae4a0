import type { ClientMetadata } from '../../protocol/client-metadata.ts'
import type { ClientRecord } from '../records.ts'
import { type ClientDescription, metadataOf } from './client-description.ts'
import { hashClientSecret } from './secret-hash.ts'

/** A client that the host describes, instead of one that registers. */
export interface StaticClient extends ClientDescription {
  /** 1 to 128 of the characters that need no encoding anywhere: letters, digits, `-`, `.`, `_` and `~`. */
  clientId: string
  /** What it authenticates with: at least 32 characters, all of them visible ASCII. Needed by `client_secret_basic` and `client_secret_post` alone. */
  secret?: string
}

/** A static client without its secret. */
export type ResolvedStaticClient = () => Promise<ClientRecord>

/** Throws `TypeError` for a client that cannot stand. Of secrets hashes alone are held. `isFetching`: whether keys at a URL can be had. */
export function resolveStaticClients(
  clients: readonly StaticClient[],
  { isFetching }: { isFetching: boolean },
): ReadonlyMap<string, ResolvedStaticClient> {
  const resolved = new Map<string, ResolvedStaticClient>()
  for (const { clientId, secret, ...description } of clients) {
    if (!/^[A-Za-z0-9._~-]{1,128}$/.test(clientId))
      throw new TypeError('the "clientId" of a client must be 1 to 128 letters, digits and any of - . _ ~')
    if (resolved.has(clientId)) throw new TypeError(`two clients have the "clientId" "${clientId}"`)
    const who = `the client "${clientId}"`
    const metadata = metadataOf(description, who, secret)
    if (secret === undefined && metadata.authenticationMethod.startsWith('client_secret_'))
      throw new TypeError(`${who} needs a secret for ${metadata.authenticationMethod}`)
    if (metadata.authenticationMethod === 'private_key_jwt' && metadata.keys?.kind === 'uri' && !isFetching)
      throw new TypeError(`the keys of ${who} are at a URL, which is fetched with "clientDocuments" alone`)
    resolved.set(clientId, recordOf(metadata, { secret, namesGrantTypes: description.grantTypes !== undefined }))
  }
  return resolved
}

function recordOf(
  metadata: ClientMetadata,
  { secret, namesGrantTypes }: { secret: string | undefined; namesGrantTypes: boolean },
): ResolvedStaticClient {
  const secretHash = secret === undefined ? undefined : hashClientSecret(secret)
  return async () => ({
    ...metadata,
    issuedAt: 0,
    ...(namesGrantTypes && { namesGrantTypes }),
    ...(secretHash !== undefined && { secretHash: await secretHash }),
  })
}
