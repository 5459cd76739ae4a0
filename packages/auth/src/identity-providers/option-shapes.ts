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

const truthOrText: Shape = (value, path) => {
  if (value !== true && value !== false && value !== 'consent')
    throw new TypeError(`"${path}" must be true, false or "consent"`)
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
  clientAuthentication: text,
  scopes: listOf(text),
  offlineAccess: truthOrText,
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

export const identityProvidersShape = fields(options)
