import type { ServerSecret } from '../authorization-server/server-secrets.ts'
import {
  bytes,
  type Fields,
  fields,
  func,
  listOf,
  number,
  required,
  type Shape,
  text,
} from '../protocol/option-shapes.ts'
import type { IdentityProviderOptions, SignInOptions } from './config.ts'

const offlineAccess: Shape = (value, path) => {
  if (value !== true && value !== false && value !== 'consent')
    throw new TypeError(`"${path}" must be true, false or "consent"`)
}

const clientAuthentication: Shape = (value, path) => {
  if (value !== 'client_secret_basic' && value !== 'client_secret_post')
    throw new TypeError(`"${path}" must be "client_secret_basic" or "client_secret_post"`)
}

const identityProvider: Fields<IdentityProviderOptions> = {
  id: required(text),
  preset: required(text),
  name: text,
  issuer: text,
  tenant: text,
  tenants: listOf(text),
  hostedDomains: listOf(text),
  organisations: listOf(text),
  clientId: required(text),
  clientSecret: text,
  clientAuthentication,
  scopes: listOf(text),
  offlineAccess,
  groupsClaim: text,
}

const options: Fields<SignInOptions> = {
  origin: required(text),
  identityProviders: required(listOf(fields(identityProvider))),
  secrets: required(listOf(fields<ServerSecret>({ id: required(text), secret: required(bytes) }))),
  fetch: func,
  now: func,
  timeout: number,
  clockTolerance: number,
}

/** What the options of `createIdentityProviders` must be. */
export const identityProvidersShape = fields(options)
