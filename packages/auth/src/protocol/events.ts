import type {
  AuthorizationRefusal,
  ClaimsFailure,
  DeviceAuthorizationRefusal,
  DocumentFailure,
  IntrospectionRefusal,
  PushRefusal,
  RegistrationRefusal,
  RequestRefusal,
  RevocationRefusal,
  UpstreamFailure,
} from './refusals.ts'

/** Why a presented access token is refused with 401, or 400 for a malformed request. */
export type InvalidReason =
  | 'malformed_request'
  | 'two_tokens'
  | 'token_in_query'
  | 'wrong_scheme'
  | 'malformed_token'
  | 'unknown_issuer'
  | 'unknown_key'
  | 'bad_signature'
  | 'wrong_algorithm'
  | 'wrong_type'
  | 'expired'
  | 'not_yet_valid'
  | 'too_old'
  | 'wrong_audience'
  | 'missing_claim'
  | 'revoked'
  | 'inactive'

/** Why no token was had to call another server for somebody: they have to sign in anew, the operator has to look, or something is down. */
export type ExchangeFailure = 'consent_needed' | 'misconfigured' | 'unavailable'

/** Why the token endpoint refused. */
export type TokenRefusal =
  | 'malformed_request'
  | 'unsupported_grant_type'
  | 'unknown_client'
  | 'wrong_client_authentication'
  | 'client_unavailable'
  | 'malformed_secret'
  | 'forged_secret'
  | 'wrong_kind'
  | 'unknown_or_expired_grant'
  | 'wrong_client'
  | 'wrong_redirect_uri'
  | 'wrong_code_verifier'
  | 'wrong_resource'
  | 'wrong_scope'
  | 'code_reused'
  | 'refresh_token_reused'
  | 'refresh_not_allowed'
  | 'grant_type_not_allowed'
  | 'authorization_pending'
  | 'polled_too_often'
  | 'unknown_or_expired_device_code'
  | 'device_code_reused'
  | 'denied'
  | 'client_not_allowed'
  | 'wrong_subject_token'
  | 'wrong_assertion'
  | 'assertion_reused'
  | 'subject_disabled'
  | 'claims_unavailable'
  | 'signer_unavailable'
  | 'rate_limited'

/** Why a grant ended. */
export type GrantEnd =
  | 'revoked_by_client'
  | 'revoked_by_resource_owner'
  | 'revoked_by_operator'
  | 'code_reused'
  | 'device_code_reused'
  | 'refresh_token_reused'
  | 'subject_disabled'
  | 'too_many_grants'
  | 'client_deleted'

/** Why a signing key came to be. */
export type SigningKeyReason = 'first' | 'schedule' | 'operator' | 'algorithm' | 'secret' | 'signer' | 'compromised'

/** Why the userinfo endpoint refused. */
export type UserinfoRefusal = InvalidReason | 'missing' | 'insufficient_scope' | 'subject_disabled'

/** What a connection is about, as far as it is known at that step. Never a secret. */
interface About {
  clientId?: string
  subject?: string
  grantId?: string
  resource?: string
  scope?: readonly string[]
}

/** One call, as events tell it: short and printable, since outsiders write it. */
export interface ToldCall {
  method: string
  /** The tool, the prompt, or the URI of the resource without its query; absent where the method has none. */
  name?: string
}

/** What a request wants done, as far as anybody looked. */
export interface ToldCalls {
  /** What its body says; the first 20. */
  calls?: readonly ToldCall[]
  /** How many more stand in the body. */
  furtherCalls?: number
  /** What its headers say, where nobody read the body: a claim that nobody compared with it. */
  claimedCall?: ToldCall
  /** Nobody read its body, in which it may want anything: it came in parts, is long, or is not what every parser reads alike. */
  isUnread?: true
}

/**
 * One step of a connection. Logs, audit, metrics and the flight recorder all read this one stream.
 * Refusals carry a `reason` for machines and, where there is more to say, a `detail` for people; no secret stands in either.
 */
export type ConnectionEvent =
  // Resource server
  | ({ type: 'challenged'; reason: 'missing' } & About)
  | ({ type: 'token_rejected'; reason: InvalidReason; detail?: string } & About)
  | ({ type: 'scope_insufficient'; required: readonly string[] } & About & ToldCalls)
  | ({ type: 'call_denied'; reason: 'denied_by_host' | 'denied_by_rule'; detail: string } & About & ToldCalls)
  | ({ type: 'authenticated' } & About)
  | ({ type: 'call_allowed' } & About & ToldCalls)
  | ({
      type: 'upstream_failed'
      reason: UpstreamFailure
      detail: string
      method: string
      path: string
      status: number
    } & About)
  /** A token to call another server with, on behalf of the caller (RFC 8693); `target` is what it is for. One that was at hand is not told of. */
  | ({ type: 'token_exchanged'; target?: string } & About)
  | ({ type: 'exchange_failed'; reason: ExchangeFailure; detail: string; target?: string } & About)
  /** The process of an MCP server that speaks over its standard streams. `upstream`: how people call it; `subject`: whose it is, where it is one person's. */
  | { type: 'upstream_started'; upstream: string; subject?: string }
  /** `detail` goes on from "The MCP server". `wasStopped`: it was told to. */
  | { type: 'upstream_ended'; upstream: string; detail: string; wasStopped: boolean; subject?: string }
  /** A line that it wrote beside its messages. Nobody knows what stands in it: it is for the operator, and shown as cautiously as what clients write. */
  | { type: 'upstream_said'; upstream: string; text: string; subject?: string }
  | { type: 'host_rejected'; host: string; requestId?: string }
  | ({ type: 'verification_unavailable'; reason: 'keys' | 'revocations' | 'introspection'; detail?: string } & About)
  | { type: 'origin_rejected'; origin: string }
  /** The metadata of an issuer cannot be had, which are shown here as well; `isServedStale`: what it said before is shown on. */
  | { type: 'metadata_unavailable'; detail: string; isServedStale?: true }
  | { type: 'metadata_served'; document: 'protected_resource' | 'authorization_server' | 'jwks' }
  // Authorization server
  /** `isRepeated`: the same registration came a moment ago, and has its client identifier again. */
  | ({ type: 'client_registered'; clientName?: string; redirectUris: readonly string[]; isRepeated?: true } & About)
  | { type: 'registration_refused'; reason: RegistrationRefusal; detail: string }
  /** What describes a client could not be fetched; `kept` is what it said before, `bundled` what it said when this was released, `isOld` 90 days ago or more. */
  | ({
      type: 'client_document_failed'
      reason: DocumentFailure
      detail: string
      served: 'kept' | 'bundled' | 'nothing'
      isOld?: true
    } & About)
  /** The keys of a client could not be read; where it is known before, it is held to those it had. */
  | ({ type: 'client_keys_failed'; reason: 'unreadable'; detail: string; uri?: string } & About)
  /** The operator lets this client do something that no client of that identifier can: it is not there, shows nothing that proves who it is, or is made for other grant types. Told at the start. */
  | ({ type: 'privileged_client_unknown'; clientId: string; reason: 'unknown' | 'public' | 'lacks_grant_type' } & About)
  | ({ type: 'request_pushed' } & About)
  | ({ type: 'push_refused'; reason: PushRefusal; detail: string } & About)
  | ({ type: 'device_authorization_started' } & About)
  | ({ type: 'device_authorization_refused'; reason: DeviceAuthorizationRefusal; detail: string } & About)
  /** Somebody entered a user code that leads nowhere, or too many of them. */
  | ({ type: 'user_code_refused'; reason: 'unknown_or_expired' | 'rate_limited' } & About)
  | ({ type: 'authorization_started'; redirectUri: string } & About)
  | ({
      type: 'authorization_refused'
      reason: AuthorizationRefusal
      detail: string
      shown: 'page' | 'redirect'
      requestId: string
    } & About)
  | ({ type: 'sign_in_required' } & About)
  | ({ type: 'consent_requested' } & About)
  /** `unticked`: what was asked for, and the person left out. */
  | ({ type: 'consented'; unticked?: readonly string[] } & About)
  /** Nobody was asked: the person allowed as much before, or the host answers for them. */
  | ({ type: 'consent_skipped'; by: 'memory' | 'host' } & About)
  /** What was remembered of a consent is forgotten, because somebody said so. */
  | ({ type: 'consent_revoked'; reason: GrantEnd } & About)
  | ({ type: 'consent_denied' } & About)
  | ({ type: 'code_issued' } & About)
  | ({ type: 'token_issued'; grantType: string; generation: number } & About)
  | ({ type: 'refresh_replayed'; generation: number } & About)
  | ({ type: 'token_refused'; reason: TokenRefusal; detail?: string } & About)
  | ({ type: 'claims_failed'; reason: ClaimsFailure; detail: string; cause?: unknown } & About)
  | ({ type: 'grant_ended'; reason: GrantEnd } & About)
  | ({ type: 'revocation_refused'; reason: RevocationRefusal; detail: string } & About)
  | ({ type: 'userinfo_served' } & About)
  | ({ type: 'userinfo_refused'; reason: UserinfoRefusal; detail?: string } & About)
  /** A key that is published from now on and signs from `signsFrom` on; seconds since the epoch. */
  | { type: 'signing_key_published'; kid: string; alg: string; signsFrom: number; reason: SigningKeyReason }
  | { type: 'signing_key_retired'; kid: string; publishedUntil: number }
  /** A key with which nothing verifies any more. */
  | { type: 'signing_key_removed'; kid: string }
  | ({ type: 'introspection_refused'; reason: IntrospectionRefusal; detail: string } & About)
  // Either
  | {
      type: 'request_refused'
      reason: RequestRefusal
      detail: string
      method: string
      path: string
      status: number
      requestId?: string
    }
  | { type: 'failure'; operation: string; cause: unknown; requestId?: string }
