export type { GivenJwk, PublicJwk, SigningAlgorithm } from '../jwt/sign.ts'
export { type AuthorizationServer, createAuthorizationServer } from './authorization-server.ts'
export { boundedStore } from './bounded-store.ts'
export {
  type ClientAdministrationOptions,
  type ClientSummary,
  createClient,
  deleteClient,
  findClient,
  listClients,
  renewClientSecret,
} from './clients/administration.ts'
export type { ClientDescription } from './clients/client-description.ts'
export { type ClientIdentity, type IdentifiedClient, identifyClient } from './clients/client-identity.ts'
export type { DocumentFetch, FetchedDocument } from './clients/document-fetch.ts'
export type { ClientDocumentOptions } from './clients/document-options.ts'
export type { HostPolicy } from './clients/host-policy.ts'
export { type KnownClient, knownClientsOf, type VendorProfile } from './clients/known-clients.ts'
export type { ClientPrivileges, TokenExchangePrivilege } from './clients/privileges.ts'
export type { StaticClient } from './clients/static-clients.ts'
export type {
  AuthorizationServerOptions,
  ProtectedResource,
  SigningKeyOptions,
} from './config.ts'
export { type Consent, listConsents, revokeConsents } from './consents/consents.ts'
export type { DeviceAuthorizationOptions } from './device/options.ts'
export type {
  AssertedSubject,
  IdentityAssertionClaims,
  IdentityAssertionIssuer,
} from './grants/identity-assertion/issuers.ts'
export { type GrantListOptions, type GrantSummary, listGrants } from './grants/list-grants.ts'
export { type Brand, type Branding, createBrand } from './interaction/branding.ts'
export { deviceConsentPage, deviceDonePage, userCodePage } from './interaction/device-pages.ts'
export { formatHtml, type Html, html } from './interaction/html.ts'
export type {
  ConsentRequest,
  ConsentScope,
  Decision,
  DecisionRequest,
  DeviceConsentRequest,
  DeviceDone,
  Interaction,
  InteractionError,
  SignedIn,
  SignInRequest,
  UserCodeProblem,
  UserCodeRequest,
} from './interaction/interaction.ts'
export { type PageOptions, page } from './interaction/page.ts'
export { consentPage, errorPage } from './interaction/pages.ts'
export { nameWarnings, whoAsks } from './interaction/who-asks.ts'
export type { IntrospectionReader } from './introspection-readers.ts'
export {
  type KeyAdministrationOptions,
  listSigningKeys,
  retireSigningKey,
  revokeSigningKeys,
  rotateSigningKey,
  type SigningKeySummary,
} from './keys/administration.ts'
export { MissingSecretError } from './keys/private-key.ts'
export { ringEvents, type SigningKeyEvent } from './keys/ring-events.ts'
export type { Signer, VerificationKey } from './keys/signer.ts'
export type { ClaimScope } from './openid/scopes.ts'
export type { PushedRequestOptions } from './pushed-requests/options.ts'
export type { AuthorizationServerKinds, ClientRecord, ConsentRecord, GrantRecord } from './records.ts'
export { type EndGrantOptions, endGrant, endGrantsOfClient, endGrantsOfSubject } from './revocation/end-grant.ts'
export type { ServerSecret } from './server-secrets.ts'
export type { Change, Entry, Kinds, Page, Store } from './store.ts'
export type { ClaimsHook, ClaimsRequest, ExtraClaims } from './tokens/claims.ts'
