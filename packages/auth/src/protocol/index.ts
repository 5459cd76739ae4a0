export { type Challenge, formatChallenge, parseChallenge } from './challenge.ts'
export { isDocumentIdentifier } from './client-document.ts'
export {
  type ClientAuthenticationMethod,
  type ClientMetadata,
  deviceCodeGrantType,
  type GrantType,
  parseClientMetadata,
} from './client-metadata.ts'
export type {
  ConnectionEvent,
  ExchangeFailure,
  GrantEnd,
  InvalidReason,
  SigningKeyReason,
  TokenRefusal,
  ToldCall,
  ToldCalls,
  UserinfoRefusal,
} from './events.ts'
export {
  type AuthorizationServerMetadata,
  authorizationServerMetadataUrl,
  type ProtectedResourceMetadata,
  protectedResourceMetadataUrl,
} from './metadata.ts'
export { nearest } from './nearest.ts'
export { networkOf } from './network.ts'
export { OAuthError, type OAuthErrorCode } from './oauth-error.ts'
export { type ArrivedRequest, hasProxyHeaders, type NotFromOwnMachine, whyNotFromOwnMachine } from './own-machine.ts'
export { type Parameters, parseParameters, type RequestParameters } from './parameters.ts'
export {
  judgeRedirectUri,
  matchesRedirectUri,
  provesIdentity,
  type RedirectUriVerdict,
  redirectDestination,
} from './redirect-uri.ts'
export type {
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
export { requestRefused } from './request-refused.ts'
export { isLoopbackHost, originOf, pathOf, sameIdentifier, whyNotIdentifier } from './resource.ts'
export {
  covers,
  expandScope,
  formatScope,
  intersectScope,
  isScopeToken,
  parseScope,
  type Scope,
  type ScopeHierarchy,
} from './scope.ts'
