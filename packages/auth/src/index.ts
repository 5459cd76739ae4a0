export type {
  ConnectionEvent,
  ExchangeFailure,
  GrantEnd,
  InvalidReason,
  TokenRefusal,
  ToldCall,
  ToldCalls,
} from './protocol/events.ts'
export { OAuthError, type OAuthErrorCode } from './protocol/oauth-error.ts'
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
} from './protocol/refusals.ts'
export type { Scope, ScopeHierarchy } from './protocol/scope.ts'
export type { AccessToken } from './resource-server/access-token.ts'
export { type AuthInfo, authInfoOf } from './resource-server/auth-info.ts'
export type { ResourceServerOptions } from './resource-server/config.ts'
export { createResourceServer } from './resource-server/create-resource-server.ts'
export type { Introspection } from './resource-server/introspection.ts'
export { type RemoteRevocationsOptions, remoteRevocations } from './resource-server/remote-revocations.ts'
export type { RequestHead, ResourceServer } from './resource-server/resource-server.ts'
export type { EndedGrant, RevocationFeed } from './resource-server/revocations.ts'
export type { ClaimPath, IssuerAdvice, SignatureAlgorithm, TrustedIssuer } from './resource-server/trusted-issuer.ts'
