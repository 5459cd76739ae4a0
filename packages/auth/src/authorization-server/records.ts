import type { PublicJwk, SigningAlgorithm } from '../jwt/sign.ts'
import type { Actor } from '../protocol/actor.ts'
import type { ClientMetadata } from '../protocol/client-metadata.ts'
import type { GrantEnd } from '../protocol/events.ts'

/** A registered client (RFC 7591 §3.2.1). */
export interface ClientRecord extends ClientMetadata {
  issuedAt: number
  /** SHA-256 of the client secret, base64url. A client with method `none` has one where it is known to need it, and need not show it. */
  secretHash?: string
  /** An operator made it; absent where it registered itself. */
  isCreated?: true
  /**
   * Whoever described it named its grant types: it gets by no other, whatever `privileges` give. Absent: it registered itself, which nobody does for
   * what needs no person, or they were left out.
   */
  namesGrantTypes?: true
}

/** A registration that the same one is answered like, for a while. Its id is a hash of what was registered. */
export interface RecentRegistrationRecord {
  clientId: string
}

/** What the document of a client said when it was read last. Its id is its URL, which is the client's identifier. */
export interface ClientDocumentRecord {
  metadata: ClientMetadata
  fetchedAt: number
  /** Seconds since the epoch. */
  freshUntil: number
}

/** A client assertion that was used, kept until it would have expired. Its id is a hash of client and `jti`. */
export type UsedAssertionRecord = Record<string, never>

/** One of the places of documents; its id is what kind of place it is, and its number. */
export interface ClientDocumentPlaceRecord {
  /** Whose document took it last. */
  clientId: string
}

/** The one grant behind all that somebody gets with no person at hand. Its id is a hash of what it is found by; see `grants/standing-grant.ts`. */
export interface StandingGrantRecord {
  grantId: string
}

/** One of the places of clients that nobody has consented to; its id is the number of the place. */
export interface UnusedClientRecord {
  /** Who took it last; somebody may have consented to it since. */
  clientId: string
}

/**
 * What one resource owner authorised for one client, once; or what a client may do by itself, and then it is its own subject. It holds all that
 * its code and its refresh tokens are bound to; they are derived from it.
 * See `grants/secret.ts` for how, and `grants/redeem.ts` for the rules.
 */
export interface GrantRecord {
  clientId: string
  subject: string
  /** How the person was called when they consented. */
  displayName?: string
  scope: readonly string[]
  resource: string
  /** What it came by. Absent: `authorization_code`. */
  grantType?: string
  /** Where the code was sent; absent where there was none. */
  redirectUri?: string
  /** The authorization request named no redirect URI, so the token request need not either (RFC 6749 §4.1.3). */
  redirectUriOmitted?: true
  /** Absent where there was no code. */
  codeChallenge?: string
  /** Who acts for the subject, where whoever asserted the grant says so (RFC 8693 §4.1). */
  actor?: Actor
  /** When the person proved who they are; seconds since the epoch. Absent where nobody did for this grant. */
  authTime?: number
  /** What the client binds the ID token to; kept where there is going to be one (OpenID Connect Core §3.1.2.1). */
  nonce?: string
  issuedAt: number
  /** Generation of the newest secret: 0 is the code, 1, 2, … the refresh tokens. */
  generation: number
  /** When that generation came to be. */
  rotatedAt: number
  /**
   * No access token issued so far lives longer, replays included; seconds since the epoch. Kept here, since whoever ends the grant may have other
   * lifetimes or another clock than who issued them. Absent until the code is redeemed.
   */
  accessTokensUntil?: number
  /**
   * Until when its refresh tokens are good; seconds since the epoch. The record is kept beyond that while access tokens of it may live, so that
   * it can be ended. Absent until the code is redeemed.
   */
  refreshTokensUntil?: number
  /** The key that the newest secret is made with. */
  keyId: string
  /** Random; base64url. */
  seed: string
}

/** What a client on a device asks for (RFC 8628 §3.1), from its request until its codes expire. Its id is a MAC of its user code. */
export interface DeviceRequestRecord {
  clientId: string
  resource: string
  scope: readonly string[]
  /** Until when its codes are good; seconds since the epoch. */
  expiresAt: number
  /** Random; base64url. */
  seed: string
  /** What a person said to it; absent until somebody does. */
  answer?: { kind: 'allowed'; grantId: string } | { kind: 'denied' }
}

/** One of the places of device requests that nobody has answered; its id is the number of the place. */
export interface DevicePlaceRecord {
  /** Which took it last. */
  requestId: string
}

/**
 * What a person allowed a client, so that they are not asked again before it is over (law 3, P-02). Kept only where the destination proves who gets
 * the code. Its id is a hash of person, client, destination and resource.
 */
export interface ConsentRecord {
  subject: string
  clientId: string
  /** The host that the code is sent to. */
  destination: string
  /** Canonical URI. */
  resource: string
  /** When each scope token stops being allowed, and when it was asked for (absent: `consentedAt`), in seconds since the epoch. */
  scopes: readonly { token: string; until: number; since?: number }[]
  /** Hash of all redirect URIs that the client had then: with others, it is asked for again. */
  redirectUris: string
  /** When the person was asked last, in seconds since the epoch. */
  consentedAt: number
  /** When it last gave a code without a question. Absent: never. */
  usedAt?: number
}

/** A consent form, or a pushed request, that was used; kept until it expires. Its id is that of the form or the request. */
export interface UsedConsentRecord {
  /** The grant that it gave. */
  grantId: string
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
  /** Random; another one means another feed (a new database), which readers read from its beginning. */
  epoch: string
  /** From when on the feed says that signing keys were taken back, for the last time; later each time. */
  keysTakenBackAt?: number
}

/** A signing key; the private part encrypted with a key that is not in the store. */
export interface SigningKeyRecord {
  kid: string
  alg: SigningAlgorithm
  createdAt: number
  /** From when on it signs, where that is not when it was made; seconds since the epoch. */
  signsFrom?: number
  publicJwk: PublicJwk
  /** AES-256-GCM: `secret id . iv . ciphertext`, the latter two base64url. */
  encryptedPrivateKey: string
}

/** A key that signs no more, because another took its place. Its private half is gone. */
export interface RetiredKeyRecord extends Omit<SigningKeyRecord, 'encryptedPrivateKey' | 'signsFrom'> {
  /** The secret that its private half was encrypted with. */
  secretId: string
  /** Seconds since the epoch. */
  publishedUntil: number
}

/** All keys, in one record so that they change in one commit. See `keys/key-ring.ts` for what each is good for. */
export interface KeyRingRecord {
  /** The one that signs; none where keys are held elsewhere. */
  keys: readonly SigningKeyRecord[]
  /** Published, and takes its place at `signsFrom`. Default: none. */
  next?: SigningKeyRecord
  /** Default: none. */
  retired?: readonly RetiredKeyRecord[]
}

/** The kinds of record that an authorization server keeps in its store. */
export type AuthorizationServerKinds = {
  client: { value: ClientRecord; index: 'state' }
  recentRegistration: { value: RecentRegistrationRecord; index: never }
  clientDocument: { value: ClientDocumentRecord; index: never }
  usedAssertion: { value: UsedAssertionRecord; index: never }
  unusedClient: { value: UnusedClientRecord; index: 'state' }
  clientDocumentPlace: { value: ClientDocumentPlaceRecord; index: never }
  grant: { value: GrantRecord; index: 'subject' | 'client' }
  consent: { value: ConsentRecord; index: 'subject' | 'client' }
  standingGrant: { value: StandingGrantRecord; index: never }
  usedConsent: { value: UsedConsentRecord; index: never }
  deviceRequest: { value: DeviceRequestRecord; index: never }
  devicePlace: { value: DevicePlaceRecord; index: never }
  endedGrant: { value: EndedGrantRecord; index: 'feed' }
  feedHead: { value: FeedHeadRecord; index: never }
  keyRing: { value: KeyRingRecord; index: never }
}
