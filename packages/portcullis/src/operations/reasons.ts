import type {
  ConnectionEvent,
  GrantEnd,
  InvalidReason,
  SigningKeyReason,
  TokenRefusal,
  UserinfoRefusal,
} from '@portcullis/auth/protocol'

/** What each reason means, for people who read the log. Each goes on from "because". */

export const invalidTokenReasons: Readonly<Record<InvalidReason, string>> = {
  malformed_request: 'the request that carried it is malformed',
  two_tokens: 'the request carries two tokens',
  token_in_query: 'it stands in the URL, where logs would keep it',
  wrong_scheme: 'the Authorization header is not of the type Bearer',
  malformed_token: 'it is not a token at all, or was cut off on the way',
  unknown_issuer: 'it was issued by an authorization server that is not trusted here',
  unknown_key: 'no published key of its issuer signed it',
  bad_signature: 'its signature is wrong',
  wrong_algorithm: 'it is signed with an algorithm that is not accepted',
  wrong_type: 'it is another kind of token, not an access token',
  expired: 'it has expired; the client is expected to refresh it',
  not_yet_valid: 'it is not valid yet; look at the clocks of both machines',
  too_old: 'it is older than is accepted here',
  wrong_audience:
    'it was issued for another server; the client connected to another URL than the one it asked the token for',
  missing_claim: 'it lacks a claim that access tokens must have',
  revoked: 'its grant has ended; the client must sign in again',
  inactive: 'its issuer says that it is not valid, or not any more; the client must sign in again',
}

export const tokenRefusalReasons: Readonly<Record<TokenRefusal, string>> = {
  malformed_request: 'the request is malformed',
  unsupported_grant_type: 'the grant type is not supported',
  unknown_client: 'the client is not registered here; it must register and sign in again',
  wrong_client_authentication: 'the client did not authenticate as it registered',
  client_unavailable: 'what describes the client, or its keys, cannot be fetched now',
  malformed_secret: 'the code or refresh token was not issued by this server',
  forged_secret: 'the code or refresh token was changed, or made with a key that is not configured any more',
  wrong_kind: 'a refresh token stands where a code belongs, or the other way round',
  unknown_or_expired_grant: 'the grant has ended or expired; the client must sign in again',
  wrong_client: 'the code or refresh token belongs to another client',
  wrong_redirect_uri: 'the redirect URI is not the one of the authorization request',
  wrong_code_verifier: 'the code verifier does not fit the code challenge',
  wrong_resource: 'the client asks for a token for another resource than was granted',
  wrong_scope: 'nothing of the scope it asks for was granted',
  code_reused: 'the code had been used already; its grant was ended in case it was stolen',
  refresh_token_reused: 'the refresh token had been replaced already; its grant was ended in case it was stolen',
  authorization_pending: 'nobody has answered yet',
  polled_too_often: 'the client polls more often than it was told to',
  denied: 'the person denied the access',
  unknown_or_expired_device_code: 'the device code has expired, or never was; the client must begin again',
  device_code_reused: 'the device code had been used already; its grant was ended in case it was stolen',
  grant_type_not_allowed: 'the client did not register for this grant type',
  refresh_not_allowed: 'the client did not register for refresh tokens',
  client_not_allowed: 'the operator has not allowed that to the client',
  wrong_subject_token: 'the token to exchange has ended, or is not for that client',
  wrong_assertion: 'the assertion of the identity provider does not allow it',
  assertion_reused: 'the assertion of the identity provider was used before',
  subject_disabled: 'the account is disabled',
  claims_unavailable: 'the claims that belong into it cannot be had',
  signer_unavailable: 'the key it is signed with, which is held elsewhere, does not sign now',
  rate_limited: 'there were too many refused requests from its network',
}

export const grantEndReasons: Readonly<Record<GrantEnd, string>> = {
  revoked_by_client: 'the client signed out',
  revoked_by_resource_owner: 'the person ended it',
  revoked_by_operator: 'the operator ended it',
  code_reused: 'its code was used twice, so it may have been stolen',
  device_code_reused: 'its device code was used again later, so it may have been stolen',
  refresh_token_reused: 'a refresh token that had been replaced was used, so it may have been stolen',
  subject_disabled: 'the account was disabled',
  client_deleted: 'the operator deleted the client',
  too_many_grants: 'the person has allowed so many that those which were used longest ago end',
}

export const userinfoRefusalReasons: Readonly<Record<UserinfoRefusal, string>> = {
  ...invalidTokenReasons,
  missing: 'the request carried no access token',
  insufficient_scope: 'the person was not asked to let the client know (the scope openid)',
  subject_disabled: 'the account is disabled',
}

export const signingKeyReasons: Readonly<Record<SigningKeyReason, string>> = {
  first: 'there was none',
  schedule: 'the one before has signed long enough',
  operator: 'an operator said so',
  algorithm: 'another algorithm is configured',
  secret: 'another secret is configured',
  signer: 'keys are held elsewhere from now on',
  compromised: 'an operator took all others back',
}

/** Why what `privileges` give a client comes to nothing. */
export const idlePrivileges: Readonly<
  Record<Extract<ConnectionEvent, { type: 'privileged_client_unknown' }>['reason'], string>
> = {
  unknown: 'is named by privileges, and no client has that identifier; see portcullis clients list',
  public: 'is named by privileges, and is public: it can prove to nobody who it is, and gets nothing of them',
  lacks_grant_type:
    'is named by privileges or identityAssertionIssuers, and was made for other grant types: it gets nothing by that one',
}
