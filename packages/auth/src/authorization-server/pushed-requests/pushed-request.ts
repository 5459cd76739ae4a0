import type { RequestParameters } from '../../protocol/parameters.ts'
import type { DerivedKeys } from '../tokens/derived-keys.ts'
import { openText, type SealedFor, sealText } from '../tokens/sealed-text.ts'

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
  return `${urn}${await sealText(JSON.stringify(sealed), sealedFor(clientId), keys, id)}`
}

/** The request behind a `request_uri`; `undefined` where it is not one of ours, or of another client. Its time may be over. */
export async function parseRequestUri(
  uri: string,
  clientId: string,
  keys: DerivedKeys,
): Promise<PushedRequest | undefined> {
  if (!isPushedRequestUri(uri)) return undefined
  const opened = await openText(uri.slice(urn.length), sealedFor(clientId), keys)
  if (opened === undefined) return undefined
  // Only what we encrypted ourselves opens.
  const { single, resource, ...rest } = JSON.parse(opened.text) as Sealed
  return { ...rest, id: opened.id, clientId, parameters: { single: new Map(single), resource, repeated: [] } }
}

/** Whether a `request_uri` claims to be one of ours; others would have to be fetched, and are not (RFC 9101 §5.2). */
export function isPushedRequestUri(uri: string): boolean {
  return uri.startsWith(urn)
}

function sealedFor(clientId: string): SealedFor {
  return { use: 'pushed requests', boundTo: clientId }
}
