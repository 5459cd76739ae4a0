import {
  bytes,
  type Fields,
  fields,
  func,
  listOf,
  listOr,
  number,
  required,
  type Shape,
  tableOf,
  text,
  truth,
} from '../protocol/option-shapes.ts'
import type { ClientDocumentOptions } from './clients/document-options.ts'
import type { HostPolicy } from './clients/host-policy.ts'
import type { KnownClient } from './clients/known-clients.ts'
import type { ClientPrivileges, TokenExchangePrivilege } from './clients/privileges.ts'
import type { StaticClient } from './clients/static-clients.ts'
import type { AuthorizationServerOptions, SigningKeyOptions } from './config.ts'
import type { DeviceAuthorizationOptions } from './device/options.ts'
import type { IdentityAssertionIssuer } from './grants/identity-assertion/issuers.ts'
import type { Branding } from './interaction/branding.ts'
import type { Interaction } from './interaction/interaction.ts'
import type { IntrospectionReader } from './introspection-readers.ts'
import type { Signer } from './keys/signer.ts'
import type { ProtectedResource } from './protected-resource.ts'
import type { PushedRequestOptions } from './pushed-requests/options.ts'
import type { AuthorizationServerKinds } from './records.ts'
import type { ServerSecret } from './server-secrets.ts'
import type { Store } from './store.ts'

const texts = listOf(text)
const anyObject = fields<object>({}, { isOpen: true })

const resource: Fields<ProtectedResource> = {
  resource: required(text),
  alsoServedAt: texts,
  name: text,
  scopes: required(tableOf(text)),
  defaultScopes: texts,
  advertisedScopes: texts,
  hierarchy: tableOf(texts),
  accessTokenFormat: text,
}

const store: Fields<Store<AuthorizationServerKinds>> = {
  get: required(func),
  list: required(func),
  count: required(func),
  commit: required(func),
}

const interaction: Fields<Interaction> = {
  signedIn: required(func),
  signIn: required(func),
  isActive: func,
  userClaims: tableOf(func),
  decide: func,
  consent: func,
  userCode: func,
  deviceConsent: func,
  deviceDone: func,
  error: func,
}

/** A misspelt `isActive` of a plain object would let in who may not; an instance of a class has names of its own. */
const interactionShape: Shape = (value, path) => {
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  fields(interaction, { isOpen: !isPlain })(value, path)
}

const signer: Fields<Signer> = {
  alg: required(text),
  kid: required(text),
  publicJwk: required(anyObject),
  sign: required(func),
  alsoPublished: listOf(anyObject),
}

const client: Fields<StaticClient> = {
  clientId: required(text),
  secret: text,
  redirectUris: texts,
  grantTypes: texts,
  authenticationMethod: text,
  keys: anyObject,
  scope: texts,
  clientName: text,
  clientUri: text,
  logoUri: text,
  policyUri: text,
  tosUri: text,
  contacts: texts,
  softwareId: text,
  softwareVersion: text,
  applicationType: text,
  requirePushedRequests: truth,
}

const clientDocuments: Fields<ClientDocumentOptions> = {
  fetch: func,
  dangerouslyUnguardedFetch: func,
  hosts: listOr(text, fields<HostPolicy>({ allow: texts, deny: texts })),
  bundled: truth,
}

const privileges: Fields<ClientPrivileges> = {
  clientCredentials: tableOf(texts),
  tokenExchange: fields<TokenExchangePrivilege>({ from: required(text), to: required(texts) }),
  introspection: texts,
}

const identityAssertionIssuer: Fields<IdentityAssertionIssuer> = {
  issuer: required(text),
  jwks: anyObject,
  jwksUri: text,
  fetch: func,
  clients: required(texts),
  resources: texts,
  subject: required(func),
}

const deviceAuthorization: Fields<DeviceAuthorizationOptions> = {
  lifetime: number,
  interval: number,
  requestLimit: number,
  waitingLimit: number,
  userCodeLimit: number,
}

const options: Fields<AuthorizationServerOptions> = {
  issuer: required(text),
  resources: required(listOf(fields(resource))),
  store: required(fields(store, { isOpen: true })),
  storeTimeout: number,
  secrets: required(listOf(fields<ServerSecret>({ id: required(text), secret: required(bytes) }))),
  signingKeys: fields<SigningKeyOptions>({ algorithm: text, lifetime: number, publishedBefore: number }),
  signer: fields(signer, { isOpen: true }),
  signerTimeout: number,
  interaction: required(interactionShape),
  clientDocuments: fields(clientDocuments),
  clients: listOf(fields(client)),
  knownClients: listOf(
    fields<KnownClient>({
      vendor: required(text),
      redirectHosts: required(texts),
      documentHosts: texts,
      names: texts,
      needsSecret: required(truth),
    }),
  ),
  initialAccessTokens: texts,
  pushedRequests: fields<PushedRequestOptions>({ required: truth, lifetime: number }),
  deviceAuthorization: fields(deviceAuthorization),
  privileges: tableOf(fields(privileges)),
  identityAssertionIssuers: listOf(fields(identityAssertionIssuer)),
  introspectionReaders: listOf(fields<IntrospectionReader>({ resource: required(text), secret: required(text) })),
  allowedHosts: texts,
  accessTokenLifetime: number,
  codeLifetime: number,
  grantLifetime: number,
  consentLifetime: number,
  claims: func,
  claimsTimeout: number,
  branding: fields<Branding>({ name: text, logo: text, color: text, support: text }),
  refreshReplayWindow: number,
  unusedClientLifetime: number,
  unusedClientLimit: number,
  registrationReplayWindow: number,
  registrationLimit: number,
  grantsPerClientLimit: number,
  grantsPerSubjectLimit: number,
  refusalLimit: number,
  revocationReaders: texts,
  onEvent: func,
  now: func,
}

export const authorizationServerShape = fields(options)
