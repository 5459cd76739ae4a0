import type { ClientMetadata } from '../protocol/client-metadata.ts'
import type { GrantEnd } from '../protocol/events.ts'

/** A registered client (RFC 7591 §3.2.1). */
export interface ClientRecord extends ClientMetadata {
  issuedAt: number
  /** SHA-256 of the client secret, base64url; clients with method `none` have none. */
  secretHash?: string
}

/**
 * What one resource owner authorised for one client, once. It holds all that its code and its refresh tokens are bound to; they are derived from it.
 * See `grants/secret.ts` for how, and `grants/redeem.ts` for the rules.
 */
export interface GrantRecord {
  clientId: string
  subject: string
  scope: readonly string[]
  resource: string
  /** The redirect URI as the authorization request had it, or `undefined` where it had none. */
  redirectUri: string
  codeChallenge: string
  /** Seconds since the epoch. */
  authTime: number
  issuedAt: number
  /** Generation of the newest secret: 0 is the code, 1, 2, … the refresh tokens. */
  generation: number
  /** When that generation came to be. */
  rotatedAt: number
  /** The key that the newest secret is made with. */
  keyId: string
  /** Random; base64url. */
  seed: string
}

/** A grant that has ended, in the order of the feed, kept until its last access token has expired. */
export interface EndedGrantRecord {
  grantId: string
  reason: GrantEnd
  endedAt: number
}

/** The head of the feed: one record, and every end of a grant moves it on, so that positions follow one another without a gap. */
export interface FeedHeadRecord {
  position: number
}

/** A signing key; the private part encrypted (AES-256-GCM) with a key that is not in the store. */
export interface SigningKeyRecord {
  alg: 'ES256'
  createdAt: number
  publicJwk: { kty: string; crv: string; x: string; y: string }
  /** `key id . iv . ciphertext`, base64url. */
  encryptedPrivateKey: string
}

/** The kinds of record that an authorization server keeps in its store. */
export type AuthorizationServerKinds = {
  client: { value: ClientRecord; index: never }
  grant: { value: GrantRecord; index: 'subject' | 'client' }
  endedGrant: { value: EndedGrantRecord; index: 'feed' }
  feedHead: { value: FeedHeadRecord; index: never }
  signingKey: { value: SigningKeyRecord; index: 'set' }
}
