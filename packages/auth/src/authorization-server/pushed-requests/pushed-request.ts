import { toBase64url } from '#base64url'
import type { RequestParameters } from '../../protocol/parameters.ts'
import { fromBase64url } from '../tokens/base64url.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'

/**
 * A pushed authorization request (RFC 9126) is not stored: its URI holds it, encrypted for us and bound to its client. So anybody may push, any
 * number of requests, and nothing fills up; every process reads it; and what limits its use is what it leads to: one request gives one grant.
 */
export interface PushedRequest {
  /** Names it; random. */
  id: string
  clientId: string
  parameters: RequestParameters
  /** When it was pushed; seconds since the epoch. */
  pushedAt: number
  /** Until when a browser may arrive with it; seconds since the epoch. */
  expiresAt: number
  proof: PushProof
}

/**
 * What its client showed when it pushed the request: all that it must, or what could not be looked at, since nobody has let that client in yet,
 * and nobody has us fetch a document, or remember an assertion, before a person is there.
 */
export type PushProof = { kind: 'shown' } | { kind: 'claimed' } | { kind: 'assertion'; jwt: string }

const urn = 'urn:ietf:params:oauth:request_uri:'
const form = /^urn:ietf:params:oauth:request_uri:([A-Za-z0-9]{1,16})\.([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{1,16384})$/

/** What stands encrypted in the URI. */
type Sealed = Omit<PushedRequest, 'id' | 'clientId' | 'parameters'> & {
  single: readonly (readonly [string, string])[]
  resource: readonly string[]
}

/** The `request_uri` of a request (§2.2). */
export async function formatRequestUri(
  { id, clientId, parameters, ...rest }: PushedRequest,
  keys: DerivedKeys,
): Promise<string> {
  const sealed: Sealed = { ...rest, single: [...parameters.single], resource: parameters.resource }
  const key = await keyOf(await keys.current('pushed requests'), id)
  const text = new TextEncoder().encode(JSON.stringify(sealed))
  const bytes = new Uint8Array(await crypto.subtle.encrypt(algorithm(clientId), key, text))
  return `${urn}${keys.currentId}.${id}.${toBase64url(bytes)}`
}

/** The request behind a `request_uri`; `undefined` where it is not one of ours, or of another client. Its time may be over. */
export async function parseRequestUri(
  uri: string,
  clientId: string,
  keys: DerivedKeys,
): Promise<PushedRequest | undefined> {
  const [, keyId, id = '', text = ''] = form.exec(uri) ?? []
  const base = keyId === undefined ? undefined : keys.byId(keyId, 'pushed requests')
  const bytes = fromBase64url(text)
  if (base === undefined || bytes === undefined) return undefined
  try {
    const opened = await crypto.subtle.decrypt(algorithm(clientId), await keyOf(await base, id), bytes)
    // Only what we encrypted ourselves opens.
    const { single, resource, ...rest } = JSON.parse(new TextDecoder().decode(opened)) as Sealed
    return { ...rest, id, clientId, parameters: { single: new Map(single), resource, repeated: [] } }
  } catch {
    return undefined
  }
}

/** Whether a `request_uri` claims to be one of ours; others would have to be fetched, and are not (RFC 9101 §5.2). */
export function isPushedRequestUri(uri: string): boolean {
  return uri.startsWith(urn)
}

/** A key of each request's own, so that no number of requests wears one out, and its initialisation vector may stand still. */
async function keyOf(base: CryptoKey, id: string): Promise<CryptoKey> {
  const bytes = await crypto.subtle.sign('HMAC', base, new TextEncoder().encode(id))
  return crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function algorithm(clientId: string) {
  return { name: 'AES-GCM', iv: new Uint8Array(12), additionalData: new TextEncoder().encode(clientId) }
}
